#include "erased_journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "instance.hpp"

namespace suoi::server {
namespace {

void append_durably(const std::filesystem::path& file, const std::string& line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) throw CommandFault("cannot write " + file.string());
  const bool written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written) throw CommandFault("cannot write " + file.string() + "; nobody was erased");
}

}  // namespace

std::filesystem::path erased_file(const std::filesystem::path& directory) {
  return directory / "erased";
}

void note_erased(const std::filesystem::path& directory, const domain::PersonId& person) {
  const auto noted = noted_erased(directory);
  if (std::find(noted.begin(), noted.end(), person) != noted.end()) return;
  append_durably(erased_file(directory), person.text() + "\n");
}

std::vector<domain::PersonId> noted_erased(const std::filesystem::path& directory) {
  std::vector<domain::PersonId> people;
  std::ifstream file(erased_file(directory));
  for (std::string line; std::getline(file, line);) {
    const auto person = domain::PersonId::parse(line);
    // A line that a crash cut short was never acted upon.
    if (person) people.push_back(*person);
  }
  return people;
}

}  // namespace suoi::server
