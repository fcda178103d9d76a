#include "schema.hpp"

#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

using domain::Field;

void write_labels(JsonWriter& out, const domain::Labels& labels) {
  out.key("labels").object().key("vi").text(labels.vi).key("en").text(labels.en).end_object();
}

void write_words(JsonWriter& out, std::string_view key, std::span<const std::string_view> words) {
  out.key(key).array();
  for (const std::string_view word : words) out.text(word);
  out.end_array();
}

void write_roles(JsonWriter& out, domain::RoleSet roles) {
  out.array();
  for (const domain::Role role : domain::kRoles) {
    if (roles.has(role)) out.text(domain::role_name(role));
  }
  out.end_array();
}

void write_state(JsonWriter& out, const Field& field) {
  write_words(out, "states", field.values);
  out.key("edges").array();
  for (const domain::Edge& edge : field.edges) {
    out.array();
    edge.from.empty() ? out.null() : out.text(edge.from);
    out.text(edge.to);
    write_roles(out, edge.roles);
    out.end_array();
  }
  out.end_array().key("contradict").array();
  for (const domain::Contradiction& pair : field.contradict) out.array().text(pair.a).text(pair.b).end_array();
  out.end_array();
}

void write_bounds(JsonWriter& out, const Field& field) {
  if (field.min != 0) out.key("min").integer(field.min);
  if (field.max != 0) out.key("max").integer(field.max);
  if (field.required) out.key("required").flag(true);
  if (field.personal) out.key("personal").flag(true);
  if (field.names_file) out.key("names_file").flag(true);
  if (!field.refers_to.empty()) out.key("refers_to").text(field.refers_to);
  if (!field.group.empty()) out.key("group").text(field.group);
}

void write_field(JsonWriter& out, const Field& field) {
  const bool state = field.merge == domain::MergeRule::state;
  out.key(field.name).object();
  out.key("type").text(state ? "state" : domain::field_type_name(field.type));
  out.key("merge").text(domain::merge_rule_name(field.merge));
  if (state) {
    write_state(out, field);
  } else if (!field.values.empty()) {
    write_words(out, "values", field.values);
  }
  write_bounds(out, field);
  if (!field.may_write.empty()) {
    out.key("may_write");
    write_roles(out, field.may_write);
  }
  if (!field.value_rights.empty()) {
    out.key("value_rights").object();
    for (const domain::ValueRight& right : field.value_rights) {
      out.key(right.value);
      write_roles(out, right.roles);
    }
    out.end_object();
  }
  write_labels(out, field.labels);
  out.end_object();
}

void write_collection(JsonWriter& out, const domain::Collection& collection) {
  out.key(collection.name).object();
  out.key("stream").text(domain::stream_kind_name(collection.stream));
  if (!collection.id_from.empty()) write_words(out, "id_from", collection.id_from);
  write_words(out, "children", collection.children);
  if (!collection.parent_field.empty()) out.key("parent_field").text(collection.parent_field);
  if (collection.observation) out.key("observation").flag(true);
  if (collection.own_organisation) out.key("own_organisation").flag(true);
  if (!collection.sealed_by.empty()) out.key("sealed_by").text(collection.sealed_by);
  write_labels(out, collection.labels);
  out.key("may_create");
  write_roles(out, collection.may_create);
  out.key("may_edit");
  write_roles(out, collection.may_edit);
  if (!collection.for_others.empty()) {
    out.key("for_others");
    write_roles(out, collection.for_others);
  }
  out.key("fields").object();
  for (const Field& field : collection.fields) write_field(out, field);
  out.end_object().end_object();
}

}  // namespace

std::string schema_json(const domain::Catalogue& catalogue) {
  JsonWriter out(32'768);
  out.object().key("schema_version").integer(catalogue.schema_version());
  out.key("namespace").text(domain::Catalogue::id_namespace().text());
  out.key("collections").object();
  for (const domain::Collection& collection : catalogue.collections()) write_collection(out, collection);
  out.end_object().end_object();
  return out.take();
}

}  // namespace suoi::mobile_api
