#include "records/embedded_store.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <thread>
#include <tuple>

#include "base/random.h"
#include "base/testing/temp_folder.h"
#include "records/testing/embedded_store_fixture.h"

namespace vedette::records {
namespace {

class EmbeddedStoreTest : public testing::EmbeddedStoreFixture {};

TEST_F(EmbeddedStoreTest, ReturnsTheNewestFirst) {
  Append({Log(10, "b"), Log(30, "d"), Log(10, "a"), Log(20, "c")});
  EXPECT_EQ(Find(Logs()), "d c b a ");
}

TEST_F(EmbeddedStoreTest, TheRangeOfTimeIncludesBothEnds) {
  Append({Log(9, "a"), Log(10, "b"), Log(20, "c"), Log(21, "d")});
  LogQuery query = Logs();
  query.from = base::FromMillis(10);
  query.to = base::FromMillis(20);
  EXPECT_EQ(Find(query), "c b ");
}

TEST_F(EmbeddedStoreTest, FiltersLogs) {
  model::LogRecord error = Log(1, "error", "Connection TIMED out");
  error.level = model::LogSeverity::kError;
  model::LogRecord other = Log(2, "other", "timed out too");
  other.service = "payment";
  Append({error, other, Log(3, "info", "fine")});

  LogQuery query = Logs();
  query.service = "payment";
  EXPECT_EQ(Find(query), "other ");
  query = Logs();
  query.min_level = model::LogSeverity::kWarning;
  EXPECT_EQ(Find(query), "error ");
  query = Logs();
  query.text = "timed OUT";
  EXPECT_EQ(Find(query), "other error ");
}

TEST_F(EmbeddedStoreTest, FiltersEvents) {
  model::Event critical = MakeEvent(1, "critical");
  critical.severity = model::Severity::kCritical;
  model::Event job = MakeEvent(2, "job");
  job.type = "job_result";
  model::Event payment = MakeEvent(3, "payment");
  payment.service = "payment";
  payment.message = "Rolled back";
  Append({critical, job, payment});

  EventQuery query = Events();
  query.type = "job_result";
  EXPECT_EQ(Find(query), "job ");
  query = Events();
  query.service = "payment";
  EXPECT_EQ(Find(query), "payment ");
  query = Events();
  query.min_severity = model::Severity::kWarning;
  EXPECT_EQ(Find(query), "critical ");
  query = Events();
  query.text = "rolled";
  EXPECT_EQ(Find(query), "payment ");
}

TEST_F(EmbeddedStoreTest, PagesFollowEachOtherWithoutGapOrRepetition) {
  std::vector<model::LogRecord> logs;
  for (int i = 0; i < 25; ++i) logs.push_back(Log(i / 3, "id" + std::to_string(100 + i)));
  Append(logs);
  LogQuery query = Logs();
  query.limit = 10;

  std::string all;
  int pages = 0;
  do {
    const auto page = store_->QueryLogs(query);
    ASSERT_TRUE(page.ok());
    all += Ids(page);
    query.cursor = page->next_cursor;
    ++pages;
  } while (!query.cursor.empty());

  EXPECT_EQ(pages, 3);
  EXPECT_EQ(all, Find(Logs()));
}

TEST_F(EmbeddedStoreTest, AFullLastPageHasNoCursor) {
  Append({Log(1, "a"), Log(2, "b")});
  LogQuery query = Logs();
  query.limit = 2;
  const auto page = store_->QueryLogs(query);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->next_cursor, "");
}

TEST_F(EmbeddedStoreTest, OneCallLooksAtABoundedNumberOfSealedRecords) {
  options_.scan_records_max = 10;
  Open();
  for (int block = 0; block < 19; ++block) {
    std::vector<model::LogRecord> logs;
    for (int i = block * 5; i < block * 5 + 5; ++i) {
      logs.push_back(Log(i, std::to_string(i), i == 3 ? "a7rare" : "m1"));
    }
    Append(logs);
    ASSERT_TRUE(store_->Seal().ok());
  }
  LogQuery query = Logs();
  query.text = "1";  // is in no whole word: no filter helps

  int found = 0;
  int calls = 0;
  do {
    const auto page = store_->QueryLogs(query);
    ASSERT_TRUE(page.ok());
    found += static_cast<int>(page->records.size());
    query.cursor = page->next_cursor;
    ++calls;
  } while (!query.cursor.empty());

  EXPECT_EQ(found, 94);
  EXPECT_EQ(calls, 10);
}

TEST_F(EmbeddedStoreTest, OnePageHasABoundedNumberOfBytes) {
  options_.page_bytes_max = 2500;
  Open();
  for (int i = 0; i < 10; ++i) Append({Log(i, std::to_string(i), std::string(1000, 'x'))});
  const auto page = store_->QueryLogs(Logs());
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(Ids(page), "9 8 7 ");
  EXPECT_NE(page->next_cursor, "");
}

TEST_F(EmbeddedStoreTest, RefusesBadQueries) {
  const auto field_of = [&](const LogQuery& query) {
    const auto page = store_->QueryLogs(query);
    return page.ok() ? "none" : page.error().field;
  };
  LogQuery query = Logs();
  query.limit = 0;
  EXPECT_EQ(field_of(query), "limit");
  query.limit = 10'001;
  EXPECT_EQ(field_of(query), "limit");
  query = Logs();
  query.cursor = "nonsense";
  EXPECT_EQ(field_of(query), "cursor");
  query = Logs();
  query.from = base::FromMillis(2);
  query.to = base::FromMillis(1);
  EXPECT_EQ(field_of(query), "from");
  query = Logs();
  query.tenant = "not a name";
  EXPECT_EQ(field_of(query), "tenant");
}

TEST_F(EmbeddedStoreTest, RefusesBadRecordsWhole) {
  options_.record_bytes_max = 1000;
  Open();
  const auto no_id = store_->AppendLogs("t", {Log(1, "good"), Log(1, "")});
  ASSERT_FALSE(no_id.ok());
  EXPECT_EQ(no_id.error().field, "logs[1].id");
  const auto long_id = store_->AppendEvents("t", {MakeEvent(1, std::string(129, 'x'))});
  ASSERT_FALSE(long_id.ok());
  EXPECT_EQ(long_id.error().field, "events[0].id");
  const auto huge = store_->AppendLogs("t", {Log(1, "good"), Log(1, "x", std::string(2000, 'x'))});
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().code, base::ErrorCode::kInvalidArgument);
  EXPECT_EQ(huge.error().field, "logs[1]");
  EXPECT_FALSE(store_->AppendLogs("a/b", {Log(1, "good")}).ok());
  EXPECT_EQ(Find(Logs()), "");
}

TEST_F(EmbeddedStoreTest, StoresAnEventOnceHoweverOftenItIsSent) {
  Append({MakeEvent(1, "a"), MakeEvent(2, "a")});
  model::Event again = MakeEvent(5, "a");
  again.message = "changed";
  Append({again, MakeEvent(3, "b")});

  EXPECT_EQ(Find(Events()), "b a ");
  EXPECT_EQ(store_->QueryEvents(Events())->records[1].message, "deployed");
  EXPECT_EQ(store_->GetStats().events_skipped, 2u);
  EXPECT_EQ(store_->GetStats().events_appended, 2u);
}

TEST_F(EmbeddedStoreTest, SendersOfOneEventAtTheSameTimeStoreItOnce) {
  std::vector<std::thread> senders;
  for (int t = 0; t < 4; ++t) {
    senders.emplace_back([this, t] {
      for (int i = 0; i < 50; ++i) Append({MakeEvent(t, "id" + std::to_string(i))});
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(store_->QueryEvents(Events())->records.size(), 50u);
}

TEST_F(EmbeddedStoreTest, TenantsDoNotSeeEachOther) {
  Append({Log(1, "mine")}, "t");
  Append({Log(1, "other")}, "t2");
  Append({MakeEvent(1, "same")}, "t");
  Append({MakeEvent(1, "same")}, "t2");

  EXPECT_EQ(Find(Logs()), "mine ");
  EXPECT_EQ(Find(Events()), "same ");

  ASSERT_TRUE(store_->DeleteTenant("t2").ok());
  EXPECT_EQ(Find(Logs()), "mine ");
  EXPECT_EQ(Find(Events()), "same ");
  LogQuery other = Logs();
  other.tenant = "t2";
  EXPECT_EQ(Find(other), "");
  Append({MakeEvent(1, "same")}, "t2");
  EventQuery events = Events();
  events.tenant = "t2";
  EXPECT_EQ(Find(events), "same ") << "the id is free again";
}

TEST_F(EmbeddedStoreTest, DropsWhatIsOlderThanTheHorizon) {
  Append({Log(1, "a"), Log(5, "b")}, "t");
  Append({Log(1, "c"), Log(9, "d")}, "t2");
  Append({MakeEvent(4, "e"), MakeEvent(5, "f")}, "t");

  ASSERT_TRUE(store_->DropBefore(base::FromMillis(5)).ok());
  Open();  // the records are gone, not only hidden

  EXPECT_EQ(Find(Logs()), "b ");
  EXPECT_EQ(Find(Events()), "f ");
  LogQuery other = Logs();
  other.tenant = "t2";
  EXPECT_EQ(Find(other), "d ");
  Append({MakeEvent(7, "e"), MakeEvent(7, "f")});
  EXPECT_EQ(Find(Events()), "e f ") << "the id of a dropped event is free again";
}

TEST_F(EmbeddedStoreTest, DropsManyEventsInBatches) {
  std::vector<model::Event> events;
  for (int i = 0; i < 2500; ++i) events.push_back(MakeEvent(i, "id" + std::to_string(i)));
  Append(events);

  ASSERT_TRUE(store_->DropBefore(base::FromMillis(2499)).ok());

  EXPECT_EQ(Find(Events()), "id2499 ");
  const auto ids = db_->NewIterator(2, {}, {});
  int left = 0;
  for (ids->SeekToFirst(); ids->Valid(); ids->Next()) ++left;
  EXPECT_EQ(left, 1);
}

TEST_F(EmbeddedStoreTest, KeepsHostileContentAsItCame) {
  model::LogRecord hostile = Log(1, std::string("i\0d", 3), std::string("\0\xff\xc0\x80\n\"", 6));
  hostile.service = std::string("a\0pi", 4);
  hostile.fields = {{"", ""}, {std::string(1, '\0'), std::string(3'000'000, '\xfe')}};
  Append({hostile});

  LogQuery query = Logs();
  query.text = std::string("\xc0\x80", 2);
  query.service = hostile.service;
  const auto page = store_->QueryLogs(query);

  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->records.size(), 1u);
  EXPECT_EQ(page->records[0].id, hostile.id);
  EXPECT_EQ(page->records[0].message, hostile.message);
  EXPECT_EQ(page->records[0].fields, hostile.fields);
}

TEST_F(EmbeddedStoreTest, TellsOfANewPatternOnceAndKnowsItAfterARestart) {
  std::vector<std::string> told;
  options_.on_new_pattern = [&](const model::TenantName& tenant, const LogPattern& pattern) {
    told.push_back(tenant + ": " + pattern.text);
  };
  Open();
  Append({Log(1, "a", "took 5 ms"), Log(2, "b", "took 7 ms")});
  Append({Log(3, "c", "connection refused by 10.0.0.1")});
  EXPECT_EQ(told, (std::vector<std::string>{"t: took <*> ms",
                                            "t: connection refused by <*>.<*>.<*>.<*>"}));
  const auto before = store_->LogPatterns("t");
  Open();
  ASSERT_TRUE(store_->Seal().ok());
  Open();
  Append({Log(4, "d", "took 12 ms")});
  EXPECT_EQ(told.size(), 2u);
  const auto after = store_->LogPatterns("t");
  ASSERT_TRUE(before.ok() && after.ok());
  ASSERT_EQ(after->size(), 2u);
  EXPECT_EQ((*before)[0].id, (*after)[0].id);
  EXPECT_EQ((*after)[0].example, "took 5 ms");
  EXPECT_EQ((*after)[0].first_seen_ms, 1);
}

TEST_F(EmbeddedStoreTest, KeepsChangesByKindAndOncePerId) {
  model::Change deploy;
  deploy.id = "1";
  deploy.time = base::FromMillis(5);
  deploy.service = "api";
  deploy.kind = "deployment";
  deploy.title = "api 2.0";
  deploy.version = "2.0";
  deploy.labels = {{"env", "prod"}};
  model::Change flag = deploy;
  flag.id = "2";
  flag.kind = "feature_flag";
  ASSERT_TRUE(store_->AppendChanges("t", {deploy, flag}).ok());
  ASSERT_TRUE(store_->AppendChanges("t", {deploy}).ok());
  Append({MakeEvent(5, "1")});  // ids of events and changes do not meet

  ChangeQuery query;
  query.tenant = "t";
  query.kind = "deployment";
  const auto page = store_->QueryChanges(query);

  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->records.size(), 1u);
  EXPECT_EQ(page->records[0].title, "api 2.0");
  EXPECT_EQ(page->records[0].version, "2.0");
  EXPECT_EQ(page->records[0].labels, deploy.labels);
  EXPECT_EQ(Find(Events()), "1 ");
  ASSERT_TRUE(store_->DropBefore(base::FromMillis(6)).ok());
  EXPECT_TRUE(store_->QueryChanges(query)->records.empty());
}

// Against a plain list, with 10,000 records, random filters, pages and a restart on a real disk.
TEST(EmbeddedStore, FindsWhatAPlainListFinds) {
  base::TempFolder folder("vedette-records");
  kv::DbOptions options;
  options.path = folder.File("db");
  options.families = Families();
  std::vector<model::LogRecord> all;
  base::Random random(7);
  {
    auto db = *kv::Db::Open(options);
    EmbeddedStoreOptions small;
    small.seal_logs_bytes = 100'000;
    auto store = *EmbeddedStore::Create(*db, small);
    for (int batch = 0; batch < 100; ++batch) {
      std::vector<model::LogRecord> logs;
      for (int i = 0; i < 100; ++i) {
        model::LogRecord log;
        log.id = "id" + std::to_string(batch * 100 + i);
        log.time = base::FromMillis(static_cast<int64_t>(random.Below(5000)));
        log.level = static_cast<model::LogSeverity>(random.Below(6));
        log.service = "service" + std::to_string(random.Below(4));
        log.message = "took " + std::to_string(random.Below(1000)) + " ms";
        logs.push_back(log);
      }
      ASSERT_TRUE(store->AppendLogs("t", logs).ok());
      if (batch == 50) {
        ASSERT_TRUE(db->Flush().ok());
        ASSERT_TRUE(store->Seal().ok());
      }
      all.insert(all.end(), logs.begin(), logs.end());
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(b.time, b.id) < std::tie(a.time, a.id);
  });
  auto db = *kv::Db::Open(options);
  auto store = *EmbeddedStore::Create(*db);

  for (int round = 0; round < 60; ++round) {
    LogQuery query;
    query.tenant = "t";
    query.from = base::FromMillis(static_cast<int64_t>(random.Below(3000)));
    query.to = query.from + base::Duration(random.Below(3000));
    query.limit = 1 + random.Below(500);
    if (random.Below(2) == 0) query.service = "service" + std::to_string(random.Below(5));
    if (random.Below(2) == 0) query.min_level = static_cast<model::LogSeverity>(random.Below(6));
    if (random.Below(2) == 0) query.text = "K " + std::to_string(random.Below(10));
    std::string want;
    for (const model::LogRecord& log : all) {
      if (log.time >= query.from && log.time <= query.to &&
          (query.service.empty() || log.service == query.service) &&
          (!query.min_level || log.level >= *query.min_level) &&
          (query.text.empty() ||
           log.message.find("k " + query.text.substr(2)) != std::string::npos)) {
        want += log.id + " ";
      }
    }
    std::string got;
    do {
      const auto page = store->QueryLogs(query);
      ASSERT_TRUE(page.ok()) << page.error().message;
      ASSERT_LE(page->records.size(), query.limit);
      for (const model::LogRecord& log : page->records) got += log.id + " ";
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    ASSERT_EQ(got, want) << "round " << round;
  }
}

}  // namespace
}  // namespace vedette::records
