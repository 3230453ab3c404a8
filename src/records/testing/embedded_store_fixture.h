#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kv/db.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"
#include "records/embedded_store.h"

namespace vedette::records::testing {

// A store on a disk in memory that can fail and crash, with a family of somebody else before its
// own; it seals when it is told to. Not thread-safe.
class EmbeddedStoreFixture : public ::testing::Test {
 protected:
  EmbeddedStoreFixture() { Open(); }

  void Open() {
    store_.reset();
    db_.reset();
    kv::DbOptions options;
    options.path = "/db";
    options.families = Families();
    options.families.insert(options.families.begin(), {.name = "somebody"});
    options.faults = &env_;
    auto db = kv::Db::Open(options);
    ASSERT_TRUE(db.ok()) << db.error().message;
    db_ = std::move(*db);
    options_.first_family = 1;
    options_.seal_in_background = false;
    store_ = *EmbeddedStore::Create(*db_, options_);
  }

  static model::LogRecord Log(int64_t time_ms, std::string id, std::string message = "m") {
    model::LogRecord log;
    log.id = std::move(id);
    log.time = base::FromMillis(time_ms);
    log.service = "api";
    log.message = std::move(message);
    return log;
  }
  static model::Event MakeEvent(int64_t time_ms, std::string id) {
    model::Event event;
    event.id = std::move(id);
    event.time = base::FromMillis(time_ms);
    event.service = "api";
    event.type = "deployment";
    event.message = "deployed";
    return event;
  }
  static LogQuery Logs() {
    LogQuery query;
    query.tenant = "t";
    return query;
  }
  static EventQuery Events() {
    EventQuery query;
    query.tenant = "t";
    return query;
  }

  void Append(const std::vector<model::LogRecord>& logs, const std::string& tenant = "t") {
    const auto appended = store_->AppendLogs(tenant, logs);
    ASSERT_TRUE(appended.ok()) << appended.error().message;
  }
  void Append(const std::vector<model::Event>& events, const std::string& tenant = "t") {
    const auto appended = store_->AppendEvents(tenant, events);
    ASSERT_TRUE(appended.ok()) << appended.error().message;
  }

  template <typename Record>
  static std::string Ids(const base::Result<Page<Record>>& page) {
    if (!page.ok()) return "error: " + page.error().message;
    std::string ids;
    for (const Record& record : page->records) ids += record.id + " ";
    return ids;
  }
  std::string Find(const LogQuery& query) { return Ids(store_->QueryLogs(query)); }
  std::string Find(const EventQuery& query) { return Ids(store_->QueryEvents(query)); }

  kv::NthFault fault_;
  kv::CrashableEnv env_{&fault_};
  EmbeddedStoreOptions options_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<EmbeddedStore> store_;
};

}  // namespace vedette::records::testing
