// The objects of a PDF that cairo wrote, taken apart and put together again; private to this module.
//
// Only the form that cairo 1.16 writes is understood: a table of references, no object streams, numbers of generation
// 0.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace suoi::certs {

class PdfObjects {
 public:
  // std::runtime_error for another form.
  explicit PdfObjects(std::string_view cairo_pdf);

  // Number of the one object whose dictionary says so; std::runtime_error where there is not exactly one.
  int find(std::string_view entry) const;
  const std::string& body(int number) const { return bodies_.at(number); }
  void replace(int number, std::string body) { bodies_.at(number) = std::move(body); }
  void erase(int number) { bodies_.erase(number); }
  int add(std::string body);
  int add_stream(const std::string& entries, std::string_view content);
  // Adds entries to the end of a dictionary.
  void extend(int number, const std::string& entries);
  // Calls for every object.
  template <class Visit>
  void each(const Visit& visit) {
    for (auto& [number, body] : bodies_) visit(number, body);
  }

  // The whole file, objects in the order of their numbers. `id`: 32 hex digits.
  std::string file(int catalogue, const std::string& id) const;

 private:
  std::map<int, std::string> bodies_;
};

// "12 0 R"
std::string reference(int number);

}  // namespace suoi::certs
