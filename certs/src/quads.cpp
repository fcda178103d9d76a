#include "quads.hpp"

#include <set>

namespace suoi::certs {
namespace {

constexpr std::string_view kType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

std::string node(std::string_view name) {
  if (name.substr(0, 2) == "_:") return std::string(name);
  return '<' + std::string(name) + '>';
}

// The escapes of canonical N-Quads (RDF 1.1 N-Quads, section 4, as amended by RDFC-1.0).
std::string escaped(std::string_view literal) {
  std::string text;
  for (const char letter : literal) {
    switch (letter) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      default:
        text += letter;
    }
  }
  return text;
}

}  // namespace

void Quads::iri(std::string_view subject, std::string_view predicate, std::string_view object) {
  lines_.push_back(node(subject) + ' ' + node(predicate) + ' ' + node(object) + " .\n");
}

void Quads::text(std::string_view subject, std::string_view predicate, std::string_view literal,
                 std::string_view datatype) {
  std::string line = node(subject) + ' ' + node(predicate) + " \"" + escaped(literal) + '"';
  if (!datatype.empty()) line += "^^" + node(datatype);
  lines_.push_back(line + " .\n");
}

void Quads::type(std::string_view subject, std::string_view type) {
  iri(subject, kType, type);
}

std::string Quads::canonical() const {
  std::string text;
  for (const std::string& line : std::set<std::string>(lines_.begin(), lines_.end())) text += line;
  return text;
}

}  // namespace suoi::certs
