// Rows of a store that somebody else wrote, or that a disk has damaged: a clear StoreFault or a value, never a crash.

#include <cstdint>

#include "names.hpp"
#include "record_codec.hpp"
#include "suoi/storage/store.hpp"
#include "value_codec.hpp"

namespace {

suoi::storage::Names names_of_this_release() {
  std::vector<std::pair<suoi::storage::NameNo, std::string>> rows;
  for (const std::string& word : suoi::storage::Names::wanted(suoi::domain::release_catalogue())) {
    rows.emplace_back(static_cast<suoi::storage::NameNo>(rows.size() + 1), word);
  }
  return {suoi::domain::release_catalogue(), rows};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const suoi::storage::Names names = names_of_this_release();
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  try {
    suoi::storage::value_of_blob(blob, names);
  } catch (const suoi::storage::StoreFault&) {  // what damage is told as
    static_cast<void>(blob);
  }
  try {
    suoi::sync::Record record;
    record.collection = &suoi::domain::release_catalogue().collections().front();
    suoi::storage::read_record_state(record, blob, names);
  } catch (const suoi::storage::StoreFault&) {
    static_cast<void>(blob);
  }
  return 0;
}
