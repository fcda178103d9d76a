// Values as bytes. Purpose: the smallest form that gives back exactly the same value.
//
// Shapes:  a tag, then what it needs (value_codec.cpp); words of the dictionary, UUIDs and SHA-256 digests are packed.
// Errors:  StoreFault for stored bytes that the writer never makes, and for values nested deeper than kDepthMax.
#pragma once

#include "bytes.hpp"
#include "names.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::storage {

inline constexpr int kDepthMax = 64;

void write_value(ByteWriter& out, const domain::Value& value, const Names& names);
domain::Value read_value(ByteReader& in, const Names& names);

// A blob that holds one value and nothing else.
std::string value_blob(const domain::Value& value, const Names& names);
domain::Value value_of_blob(std::string_view blob, const Names& names);

}  // namespace suoi::storage
