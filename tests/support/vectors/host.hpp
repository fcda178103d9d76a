// Where scenarios are played: the service in this process, or the real program. What only an operator can do stands
// here; everything else goes over the link.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "suoi/client/link.hpp"

namespace suoi::vectors {

struct Role {
  std::string name;
  std::string unit;  // "register:code"
};

struct Invited {
  std::string code;
  std::string person;
};

class Host {
 public:
  virtual ~Host() = default;
  virtual std::unique_ptr<client::Link> link() = 0;
  virtual std::int64_t now_ms() = 0;
  // Whether time passes when it is told to; scenarios that need that are left out elsewhere.
  virtual bool sets_clock() const { return false; }
  virtual void pass(std::int64_t) {}

  virtual Invited invite(const std::string& name, const std::vector<Role>& roles) = 0;
  virtual std::string invite_again(const std::string& person, const Role& role) = 0;
  virtual void grant(const std::string& person, const Role& role) = 0;
  virtual void withdraw(const std::string& person, const Role& role) = 0;
  virtual void revoke(const std::string& device, bool stolen) = 0;
  virtual void backup(const std::string& name) = 0;
  virtual void restore(const std::string& name) = 0;
  // Everything in the store fits together.
  virtual bool is_sound() = 0;
};

using MakeHost = std::function<std::unique_ptr<Host>()>;

}  // namespace suoi::vectors
