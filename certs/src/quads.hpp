// The canonical N-Quads of a document whose nodes all have names (RDF Dataset Canonicalization 1.0, section 5): with no
// blank node to label, canonicalisation is a template and a sort. Private to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suoi::certs {

class Quads {
 public:
  // Subjects and objects are IRIs; "_:c14n0" stands for the one node without a name.
  void iri(std::string_view subject, std::string_view predicate, std::string_view object);
  void text(std::string_view subject, std::string_view predicate, std::string_view literal,
            std::string_view datatype = {});
  void type(std::string_view subject, std::string_view type);

  // Sorted by code points, doubled ones once, each with its line end.
  std::string canonical() const;

 private:
  std::vector<std::string> lines_;
};

namespace iri {
inline constexpr std::string_view kXsdDateTime = "http://www.w3.org/2001/XMLSchema#dateTime";
inline constexpr std::string_view kXsdInteger = "http://www.w3.org/2001/XMLSchema#integer";
inline constexpr std::string_view kXsdYear = "http://www.w3.org/2001/XMLSchema#gYear";
inline constexpr std::string_view kMultibase = "https://w3id.org/security#multibase";
}  // namespace iri

}  // namespace suoi::certs
