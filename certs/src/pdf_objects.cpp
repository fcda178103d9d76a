#include "pdf_objects.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace suoi::certs {
namespace {

constexpr std::size_t kRowBytes = 20;  // of the table of references (ISO 32000-1, section 7.5.4)
constexpr std::string_view kEnd = "endobj";

[[noreturn]] void refuse() {
  throw std::runtime_error("cairo wrote a PDF in a form that is not known here");
}

std::size_t number_at(std::string_view text, std::size_t at) {
  std::size_t number = 0;
  bool any = false;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, any = true) {
    number = number * 10 + static_cast<std::size_t>(text[at] - '0');
  }
  if (!any) refuse();
  return number;
}

}  // namespace

std::string reference(int number) {
  return std::to_string(number) + " 0 R";
}

PdfObjects::PdfObjects(std::string_view pdf) {
  const std::size_t start = pdf.rfind("startxref\n");
  if (start == std::string_view::npos) refuse();
  const std::size_t table = number_at(pdf, start + 10);
  constexpr std::string_view kHead = "xref\n0 ";
  if (table >= pdf.size() || pdf.substr(table, kHead.size()) != kHead) refuse();
  const std::size_t count = number_at(pdf, table + kHead.size());
  const std::size_t rows = pdf.find('\n', table + kHead.size()) + 1;
  if (rows + count * kRowBytes > pdf.size()) refuse();
  for (std::size_t number = 1; number < count; ++number) {
    const std::string_view row = pdf.substr(rows + number * kRowBytes, kRowBytes);
    if (row[17] != 'n') continue;
    const std::size_t at = number_at(row, 0);
    const std::string head = std::to_string(number) + " 0 obj\n";
    // The end of a stream could look like the end of an object, so the last one before the next object counts.
    std::size_t next = table;
    for (std::size_t other = 1; other < count; ++other) {
      const std::size_t offset = number_at(pdf, rows + other * kRowBytes);
      if (offset > at) next = std::min(next, offset);
    }
    if (at >= pdf.size() || pdf.substr(at, head.size()) != head) refuse();
    const std::string_view object = pdf.substr(at + head.size(), next - at - head.size());
    const std::size_t end = object.rfind(kEnd);
    if (end == std::string_view::npos) refuse();
    bodies_.emplace(static_cast<int>(number), std::string(object.substr(0, end)));
  }
}

int PdfObjects::find(std::string_view entry) const {
  int found = 0;
  for (const auto& [number, body] : bodies_) {
    if (body.substr(0, body.find("stream")).find(entry) == std::string::npos) continue;
    if (found != 0) refuse();
    found = number;
  }
  if (found == 0) refuse();
  return found;
}

int PdfObjects::add(std::string body) {
  const int number = bodies_.rbegin()->first + 1;
  bodies_.emplace(number, std::move(body) + "\n");
  return number;
}

int PdfObjects::add_stream(const std::string& entries, std::string_view content) {
  std::string body = "<< " + entries + " /Length " + std::to_string(content.size()) + " >>\nstream\n";
  return add(body.append(content) + "\nendstream");
}

void PdfObjects::extend(int number, const std::string& entries) {
  std::string& body = bodies_.at(number);
  const std::size_t end = body.rfind(">>");
  if (end == std::string::npos) refuse();
  body.insert(end, entries + "\n");
}

std::string PdfObjects::file(int catalogue, const std::string& id) const {
  std::string pdf = "%PDF-1.7\n%\xb5\xed\xae\xfb\n";
  const int size = bodies_.rbegin()->first + 1;
  std::vector<std::string> rows(static_cast<std::size_t>(size), "0000000000 65535 f \n");
  for (const auto& [number, body] : bodies_) {
    char row[32];
    std::snprintf(row, sizeof row, "%010zu 00000 n \n", pdf.size());
    rows[static_cast<std::size_t>(number)] = row;
    pdf += std::to_string(number) + " 0 obj\n" + body + "endobj\n";
  }
  const std::size_t table = pdf.size();
  pdf += "xref\n0 " + std::to_string(size) + "\n";
  for (const std::string& row : rows) pdf += row;
  return pdf + "trailer\n<< /Size " + std::to_string(size) + " /Root " + reference(catalogue) + " /ID [<" + id + "> <" +
         id + ">] >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
}

}  // namespace suoi::certs
