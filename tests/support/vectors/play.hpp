// One scenario, step by step.
#pragma once

#include <string>
#include <vector>

#include "stage.hpp"

namespace suoi::vectors {

class Play {
 public:
  Play(const domain::Value& scenario, Host& host);

  void run();
  // Where it stands, for messages.
  std::string place() const;

  std::vector<std::string> complaints;

 private:
  void cast();
  void step(const domain::Value& one);
  void save(const domain::Value& one);
  void approve(const std::string& who, domain::Value& change);
  void sync(const domain::Value& one);
  void post(const domain::Value& one);
  void bundle(const domain::Value& one);
  void roles(const domain::Value& one);
  void copies(const domain::Value& one);
  void server(const domain::Value& one);
  void holds(const domain::Value& one);
  void decide(const domain::Value& one);
  void listed(const domain::Value& one, const std::string& collection);
  std::vector<client::ShownRecord> ours(const std::string& who, const std::string& collection);
  void same(const domain::Value& one);

  domain::Value::Object request_of(const std::string& who);
  void expect(const domain::Value& expected, const domain::Value& found, const std::string& what);
  void complain(const std::string& what);

  const domain::Value& scenario_;
  Host& host_;
  Words words_;
  Stage stage_;
  std::size_t step_ = 0;
  std::string verb_;
};

}  // namespace suoi::vectors
