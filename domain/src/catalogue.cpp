// The domain as data: the collections stand in catalogue_*.cpp, one room each.

#include "suoi/domain/catalogue.hpp"

#include <vector>

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

std::vector<Collection> all_collections() {
  std::vector<Collection> all;
  for (const std::span<const Collection> room :
       {people_collections(), activity_collections(), needs_collections(), desk_collections(), join_collections(),
        aid_collections(), programme_collections()}) {
    all.insert(all.end(), room.begin(), room.end());
  }
  return all;
}

}  // namespace

const Catalogue& release_catalogue() {
  static const std::vector<Collection> kCollections = all_collections();
  static const Catalogue kRelease(kCollections);
  return kRelease;
}

}  // namespace suoi::domain
