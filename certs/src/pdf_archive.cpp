#include "pdf_archive.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "data_integrity.hpp"
#include "srgb_profile.hpp"

namespace suoi::certs {
namespace {

constexpr const char* kProducer = "Suoi";
// As many digits as any offset has here, so that the numbers can be filled in afterwards.
constexpr std::string_view kRange = "/ByteRange [0 0000000000 0000000000 0000000000]";
constexpr std::string_view kRangeHead = "/ByteRange [0 ";
constexpr std::string_view kContents = "/Contents <";
constexpr std::string_view kAttached = "/Type /EmbeddedFile /Subtype /application#2Fjson /Length ";

std::string escaped_xml(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '&') {
      escaped += "&amp;";
    } else if (letter == '<') {
      escaped += "&lt;";
    } else if (letter == '>') {
      escaped += "&gt;";
    } else {
      escaped += letter;
    }
  }
  return escaped;
}

// XMP (ISO 16684-1) with the identification of PDF/A-3b.
std::string metadata(const ArchiveContent& content) {
  const std::string time = utc_text(content.made_at_ms);
  return R"(<?xpacket begin=")"
         "\xef\xbb\xbf"
         R"(" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">)" +
         escaped_xml(content.title) + R"(</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>)" +
         time + "</xmp:CreateDate><xmp:ModifyDate>" + time + "</xmp:ModifyDate><pdf:Producer>" + kProducer +
         R"(</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>)";
}

// "D:20261121100000Z"
std::string pdf_time(std::int64_t time_ms) {
  std::string text = "D:";
  for (const char sign : utc_text(time_ms)) {
    if (sign != '-' && sign != ':' && sign != 'T') text += sign;
  }
  return "(" + text + ")";
}

int add_attachment(PdfObjects& objects, const ArchiveContent& content) {
  const std::string size = std::to_string(content.badge.size());
  const int file = objects.add("<< " + std::string(kAttached) + size + " /Params << /Size " + size + " /ModDate " +
                               pdf_time(content.made_at_ms) + " >> >>\nstream\n" + content.badge + "\nendstream");
  return objects.add(
      "<< /Type /Filespec /F (certificate.json) /UF (certificate.json) /AFRelationship /Data /Desc "
      "(Open Badges 3.0) /EF << /F " +
      reference(file) + " /UF " + reference(file) + " >> >>");
}

int add_output_intent(PdfObjects& objects) {
  const int profile = objects.add_stream("/N 3", srgb_profile());
  return objects.add(
      "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile " +
      reference(profile) + " >>");
}

// An invisible field on the page, and the signature as the last object, so that its place is easily found.
int add_signature_field(PdfObjects& objects, int page, const ArchiveContent& content) {
  const int field = objects.add("");
  const int signature = objects.add("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M " +
                                    pdf_time(content.made_at_ms) + "\n" + std::string(kRange) + "\n" +
                                    std::string(kContents) + std::string(kSignatureHexDigits, '0') + "> >>");
  objects.replace(field, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0] /P " +
                             reference(page) + " /V " + reference(signature) + " >>\n");
  objects.extend(page, "/Annots [ " + reference(field) + " ]");
  return field;
}

// cairo leaves out what PDF/A demands of an embedded TrueType face.
void mend_fonts(PdfObjects& objects) {
  std::vector<int> faces;
  objects.each([&](int number, const std::string& body) {
    const std::string dictionary = body.substr(0, body.find("stream"));
    if (dictionary.find("/CIDFontType2") == std::string::npos) return;
    if (dictionary.find("/CIDToGIDMap") == std::string::npos) faces.push_back(number);
  });
  for (const int number : faces) objects.extend(number, "/CIDToGIDMap /Identity");
}

void fill_range(std::string& pdf) {
  const std::size_t at = pdf.rfind(kRange);
  const std::size_t open = pdf.find(kContents, at) + kContents.size() - 1;
  const std::size_t close = open + kSignatureHexDigits + 2;
  char range[64];
  std::snprintf(range, sizeof range, "/ByteRange [0 %010zu %010zu %010zu]", open, close, pdf.size() - close);
  pdf.replace(at, kRange.size(), range);
}

std::optional<std::size_t> number_in(std::string_view digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string archive_with_room(std::string_view cairo_pdf, const ArchiveContent& content) {
  PdfObjects objects(cairo_pdf);
  const int page = objects.find("/Type /Page % 1\n");
  const int catalogue = objects.find("/Type /Catalog");
  objects.erase(objects.find("/Producer"));  // all that it says stands in the metadata
  mend_fonts(objects);
  const int described = objects.add_stream("/Type /Metadata /Subtype /XML", metadata(content));
  const int intent = add_output_intent(objects);
  const int attachment = add_attachment(objects, content);
  const int field = add_signature_field(objects, page, content);
  objects.extend(catalogue, "/Metadata " + reference(described) + " /Lang (vi) /OutputIntents [ " + reference(intent) +
                                " ] /AF [ " + reference(attachment) +
                                " ]\n/Names << /EmbeddedFiles << /Names [ (certificate.json) " + reference(attachment) +
                                " ] >> >>\n/AcroForm << /Fields [ " + reference(field) + " ] /SigFlags 3 >>");
  std::string pdf = objects.file(catalogue, content.id);
  fill_range(pdf);
  return pdf;
}

std::optional<SignedRange> signed_range(std::string_view pdf) {
  const std::size_t at = pdf.rfind(kRangeHead);
  if (at == std::string_view::npos || pdf.size() - at < kRange.size() + kSignatureHexDigits) return std::nullopt;
  const auto open = number_in(pdf.substr(at + 14, 10));
  const auto close = number_in(pdf.substr(at + 25, 10));
  const auto rest = number_in(pdf.substr(at + 36, 10));
  if (!open || !close || !rest || *close > pdf.size() || *close + *rest != pdf.size() || *open < at) {
    return std::nullopt;
  }
  if (*close - *open != kSignatureHexDigits + 2 || pdf[*open] != '<' || pdf[*close - 1] != '>') return std::nullopt;
  return SignedRange{*open, *close};
}

std::string covered(std::string_view pdf, const SignedRange& range) {
  return std::string(pdf.substr(0, range.open)) + std::string(pdf.substr(range.close));
}

std::optional<std::string_view> attached_badge(std::string_view pdf) {
  const std::size_t at = pdf.find(kAttached);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t digits = at + kAttached.size();
  const std::size_t end = pdf.find(' ', digits);
  const std::size_t stream = pdf.find("\nstream\n", digits);
  if (end == std::string_view::npos || stream == std::string_view::npos) return std::nullopt;
  const auto size = number_in(pdf.substr(digits, end - digits));
  const std::size_t content = stream + 8;
  if (!size || *size > pdf.size() - content) return std::nullopt;
  return pdf.substr(content, *size);
}

}  // namespace suoi::certs
