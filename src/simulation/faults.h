#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "net/client.h"
#include "sql/database.h"

namespace vedette::simulation {

// A disk that refuses, and a process that dies at it: around a database that outlives crashes.
class FlakyDatabase final : public sql::Database {
 public:
  explicit FlakyDatabase(sql::Database& inner) : inner_(inner) {}

  // The n-th transaction from now (from 1) is the last one of this life: it fails before or after
  // it is durable, and everything after it fails too, until Revive.
  void DieAt(int64_t nth, bool after_commit) {
    die_in_ = nth;
    after_commit_ = after_commit;
  }
  // The next `count` transactions fail and leave no trace.
  void Refuse(int64_t count) { refuse_ = count; }
  bool dead() const { return dead_; }
  bool refusing() const { return refuse_ > 0; }
  void Revive() {
    dead_ = false;
    die_in_ = refuse_ = 0;
  }

  base::Result<> Migrate(std::string_view module, std::span<const sql::Migration> steps) override {
    return inner_.Migrate(module, steps);
  }
  base::Result<> Transact(const std::function<base::Result<>(sql::Session&)>& body) override;
  base::Result<> Read(const std::function<base::Result<>(sql::Session&)>& body) override {
    if (dead_) return Gone();
    return inner_.Read(body);
  }
  base::Result<> CopyTo(const std::string& path) override { return inner_.CopyTo(path); }

 private:
  static base::Error Gone() { return base::Unavailable("the process has died"); }

  sql::Database& inner_;
  int64_t die_in_ = 0;
  int64_t refuse_ = 0;
  bool after_commit_ = false;
  bool dead_ = false;
};

// What a receiver does with requests.
enum class Weather {
  kFine,
  kRefuses,   // no connection: a partition, or it is down
  kBusy,      // 429 with Retry-After
  kBroken,    // 503
  kSwallows,  // takes the message, and its answer is lost
};

// The network: receivers by host. Remembers what arrived.
class Network final : public net::HttpClient {
 public:
  struct Arrival {
    std::string receiver;
    std::string key;  // Idempotency-Key
    std::string body;
    bool answered = false;  // with a 200
  };

  explicit Network(uint64_t seed) : random_(seed) {}

  base::Result<net::Response> Fetch(const net::ClientRequest& request) override;

  std::map<std::string, Weather> weather;  // by receiver; fine when it is not in it
  std::function<void(const Arrival&)> arrived;

 private:
  base::Random random_;
};

}  // namespace vedette::simulation
