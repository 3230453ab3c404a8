#include "records/embedded_store.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <thread>

#include "base/random.h"
#include "base/testing/temp_folder.h"
#include "kv/testing/crashable_env.h"
#include "kv/testing/fault_injector.h"

namespace vedette::records {
namespace {

// A store in memory, with a family of somebody else before its own.
class EmbeddedStoreTest : public testing::Test {
 protected:
  EmbeddedStoreTest() { Open(); }

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

TEST_F(EmbeddedStoreTest, LeavesOutDamagedBlocksAndCountsThem) {
  for (int i = 1; i <= 3; ++i) {
    Append({Log(i, std::to_string(i))});
    ASSERT_TRUE(store_->Seal().ok());
  }
  const auto keys = db_->NewIterator(4, {}, {});
  int heads = 0;
  for (keys->SeekToFirst(); keys->Valid(); keys->Next()) {
    if (keys->key()[2] != 'h' || ++heads != 2) continue;
    kv::Batch damage;
    damage.Put(4, keys->key(), "\x01\x02\xff");
    ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  }

  EXPECT_EQ(Find(Logs()), "3 1 ");
  EXPECT_EQ(store_->GetStats().damaged, 1u);
}

TEST_F(EmbeddedStoreTest, ADamagedBatchIsCountedAndTheOthersAreThere) {
  Append({Log(1, "a")});
  Append({Log(2, "b")});
  kv::Batch damage;
  damage.Put(3, std::string("l") + std::string(7, '\0') + '\x01', "nonsense");
  ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  Open();
  EXPECT_EQ(Find(Logs()), "b ");
  EXPECT_EQ(store_->GetStats().damaged, 1u);
  Append({Log(3, "c")});
  ASSERT_TRUE(store_->Seal().ok());
  EXPECT_EQ(Find(Logs()), "c b ");
}

TEST_F(EmbeddedStoreTest, SealedLinesAreFoundAfterARestartOnceEach) {
  Append({Log(1, "a"), Log(3, "c")});
  ASSERT_TRUE(store_->Seal().ok());
  Append({Log(2, "b")});
  EXPECT_EQ(Find(Logs()), "c b a ");
  Open();
  EXPECT_EQ(Find(Logs()), "c b a ");
  ASSERT_TRUE(store_->Seal().ok());
  Open();
  Append({Log(4, "d")});
  EXPECT_EQ(Find(Logs()), "d c b a ");
  ASSERT_TRUE(store_->Seal().ok());
  EXPECT_EQ(Find(Logs()), "d c b a ");
  EXPECT_EQ(store_->GetStats().damaged, 0u);
}

TEST_F(EmbeddedStoreTest, AQuietStoreSealsWhatIsMuch) {
  Append({Log(1, "a", std::string(2 << 20, 'x'))});
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 0u) << "it came since the last call";
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u);
  Append({Log(2, "b")});
  ASSERT_TRUE(store_->SealIdle().ok());
  ASSERT_TRUE(store_->SealIdle().ok());
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u) << "little can wait";
  EXPECT_EQ(Find(Logs()), "b a ");
}

// Every operation on the disk fails once during append and seal: what was acknowledged is there
// after a restart, once, and what was refused is not there in halves.
TEST_F(EmbeddedStoreTest, SealingSurvivesAFaultAtEveryOperation) {
  for (uint64_t nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_TRUE(store_->DeleteTenant("t").ok());
    Append({Log(1, "a"), Log(2, "b")});
    fault_.Arm({.nth = nth});
    base::IgnoreError(store_->Seal(), "the fault may hit it");
    const bool appended = store_->AppendLogs("t", {Log(3, "c"), Log(4, "d")}).ok();
    const bool fired = fault_.fired();
    fault_.Disarm();
    ASSERT_TRUE(db_->Recover().ok());
    EXPECT_EQ(Find(Logs()), appended ? "d c b a " : "b a ");
    env_.KillProcess();
    Open();
    const std::string found = Find(Logs());
    if (appended) {
      EXPECT_EQ(found, "d c b a ");
    } else {
      EXPECT_TRUE(found == "b a " || found == "d c b a ") << found;
    }
    ASSERT_TRUE(store_->Seal().ok());
    EXPECT_EQ(Find(Logs()), found);
    if (!fired) break;
  }
}

TEST_F(EmbeddedStoreTest, TakesOverLogLinesOfTheFormatBeforeBlocks) {
  model::LogRecord old = Log(5, "old", "from before");
  old.fields = {{"k", "v"}};
  kv::Batch batch;
  batch.Put(1, RecordKey("t", Kind::kLog, 5, "old"), EncodeValue(old));
  batch.Put(1, RecordKey("t", Kind::kLog, 6, "bad"), "damaged");
  ASSERT_TRUE(db_->Write(batch, kv::Durability::kProcess).ok());
  Append({MakeEvent(1, "e")});
  Open();
  EXPECT_EQ(Find(Logs()), "old ");
  EXPECT_EQ(store_->QueryLogs(Logs())->records[0].fields, old.fields);
  EXPECT_EQ(store_->GetStats().damaged, 1u);
  Open();
  EXPECT_EQ(Find(Logs()), "old ");
  EXPECT_EQ(store_->GetStats().damaged, 0u);
  EXPECT_EQ(Find(Events()), "e ");
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

model::Span MakeSpan(int64_t start_ms, char trace, char id, char parent, std::string service,
                     int64_t duration_ms = 1) {
  model::Span span;
  span.trace_id = std::string(32, trace);
  span.span_id = std::string(16, id);
  if (parent != 0) span.parent_span_id = std::string(16, parent);
  span.service = std::move(service);
  span.name = "GET /" + span.service;
  span.start_ns = start_ms * 1'000'000;
  span.end_ns = span.start_ns + duration_ms * 1'000'000;
  return span;
}

TEST_F(EmbeddedStoreTest, FindsSpansByTraceServiceAndDurationSealedOrNot) {
  model::Span failed = MakeSpan(20, 'b', '4', 0, "shop", 50);
  failed.status = model::SpanStatus::kError;
  failed.events = {{5, "exception", {{"type", "io"}}}};
  failed.links = {{std::string(32, 'a'), std::string(16, '1')}};
  ASSERT_TRUE(store_
                  ->AppendSpans("t", {MakeSpan(10, 'a', '1', 0, "shop", 9),
                                      MakeSpan(12, 'a', '2', '1', "cart", 5)})
                  .ok());
  for (const bool sealed : {false, true}) {
    SCOPED_TRACE(sealed);
    if (sealed) {
      ASSERT_TRUE(store_->Seal().ok());
      Open();
    }
    ASSERT_TRUE(store_->AppendSpans("t", {failed}).ok());  // the second time it replaces itself
    const auto found = store_->Trace("t", std::string(32, 'a'));
    ASSERT_TRUE(found.ok());
    const std::vector<model::Span>* trace = &found->records;
    ASSERT_EQ(trace->size(), 2u);
    EXPECT_EQ((*trace)[0].service, "shop");
    EXPECT_EQ((*trace)[1].parent_span_id, std::string(16, '1'));

    SpanQuery query;
    query.tenant = "t";
    EXPECT_EQ(store_->QuerySpans(query)->records.size(), 3u);
    query.limit = 2;
    auto page = store_->QuerySpans(query);
    EXPECT_EQ(page->records[0].name, "GET /shop");
    query.cursor = page->next_cursor;
    page = store_->QuerySpans(query);
    ASSERT_EQ(page->records.size(), 1u);
    EXPECT_EQ(page->records[0].start_ns, 10'000'000);
    EXPECT_EQ(page->next_cursor, "");
    query = {};
    query.tenant = "t";
    query.min_duration_ns = 6'000'000;
    query.service = "shop";
    EXPECT_EQ(store_->QuerySpans(query)->records.size(), 2u);
    query.status = model::SpanStatus::kError;
    page = store_->QuerySpans(query);
    ASSERT_EQ(page->records.size(), 1u);
    EXPECT_EQ(page->records[0].events[0].attributes, failed.events[0].attributes);
    EXPECT_EQ(page->records[0].links[0].span_id, std::string(16, '1'));

    const auto operations = store_->Operations("t", base::FromMillis(0), base::FromMillis(100));
    ASSERT_TRUE(operations.ok());
    EXPECT_EQ(operations->size(), 2u);
    const auto edges = store_->ServiceEdges("t", base::FromMillis(0), base::FromMillis(100));
    ASSERT_TRUE(edges.ok());
    ASSERT_EQ(edges->size(), 1u);
    EXPECT_EQ((*edges)[0].caller + " " + (*edges)[0].callee, "shop cart");
    EXPECT_EQ((*edges)[0].calls, 1u);
    EXPECT_EQ((*edges)[0].total_ns, 5'000'000);
  }
  ASSERT_TRUE(store_->DropBefore(RecordKind::kSpans, base::FromMillis(15)).ok());
  EXPECT_TRUE(store_->Trace("t", std::string(32, 'a'))->records.empty());
  ASSERT_TRUE(store_->DeleteTenant("t").ok());
  EXPECT_TRUE(store_->Trace("t", std::string(32, 'b'))->records.empty());
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

TEST_F(EmbeddedStoreTest, AKilledProcessLosesNothing) {
  Append({Log(1, "a")});
  Append({MakeEvent(1, "e")});
  env_.KillProcess();
  Open();
  EXPECT_EQ(Find(Logs()), "a ");
  EXPECT_EQ(Find(Events()), "e ");
  Append({MakeEvent(2, "e")});
  EXPECT_EQ(Find(Events()), "e ");
}

TEST_F(EmbeddedStoreTest, AFullDiskIsReportedAndStoresNothing) {
  fault_.Arm({.lasting = true, .disk_full = true});
  const auto full = store_->AppendEvents("t", {MakeEvent(1, "a"), MakeEvent(2, "b")});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, base::ErrorCode::kUnavailable);
  EXPECT_EQ(Find(Events()), "");

  fault_.Disarm();
  ASSERT_TRUE(db_->Recover().ok());
  Append({MakeEvent(1, "a")});
  EXPECT_EQ(Find(Events()), "a ");
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

TEST_F(EmbeddedStoreTest, DamagedBlocksAreLeftOutAndToldWithTheAnswer) {
  for (int block = 0; block < 3; ++block) {
    Append({Log(block * 1000, "line" + std::to_string(block), "word number")});
    ASSERT_TRUE(store_->Seal().ok());
  }
  const kv::Family blocks = options_.first_family + 3;
  for (const std::string_view part : {"b", "m"}) {
    const std::string prefix = "t" + std::string(1, '\0') + std::string(part);
    const auto iterator = db_->NewIterator(blocks, prefix, AfterPrefix(prefix));
    iterator->SeekToFirst();
    if (part == "m") iterator->Next();
    ASSERT_TRUE(iterator->Valid());
    kv::Batch damage;
    damage.Put(blocks, iterator->key(), "damaged");
    ASSERT_TRUE(db_->Write(damage, kv::Durability::kProcess).ok());
  }
  const auto page = store_->QueryLogs(Logs());
  EXPECT_EQ(Ids(page), "line2 ");
  EXPECT_EQ(page->damaged, 2u);
  LogScan scan;
  scan.tenant = "t";
  const auto report = store_->ScanLogs(scan, [](const LogLine&) { return true; });
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->damaged, 2u);
  EXPECT_EQ(report->lines_scanned, 1u);
  EXPECT_EQ(store_->GetStats().damaged, 4u) << "each time it is met";
  Open();
  EXPECT_EQ(Find(Logs()), "line2 ");
}

TEST_F(EmbeddedStoreTest, AFailureOfSealingIsCountedAndTriedAgain) {
  Append({Log(1, "a")});
  fault_.Arm({.lasting = true});
  EXPECT_FALSE(store_->Seal().ok());
  EXPECT_EQ(store_->GetStats().seal_failures, 1u);
  EXPECT_TRUE(store_->GetStats().seal_failing);
  EXPECT_EQ(Find(Logs()), "a ");
  fault_.Disarm();
  ASSERT_TRUE(db_->Recover().ok());
  ASSERT_TRUE(store_->SealIdle().ok()) << "at once, not when it has been idle for long";
  EXPECT_FALSE(store_->GetStats().seal_failing);
  EXPECT_EQ(store_->GetStats().blocks_sealed, 1u);
  EXPECT_GT(store_->GetStats().bytes_sealed, 0u);
  EXPECT_EQ(Find(Logs()), "a ");
}

TEST_F(EmbeddedStoreTest, SpansAreFoundByStatusDurationAndAttributes) {
  std::vector<model::Span> spans(3);
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].trace_id = std::string(32, 'a');
    spans[i].span_id = std::string(16, static_cast<char>('a' + i));
    spans[i].service = "shop";
    spans[i].start_ns = 1'000'000'000;
    spans[i].end_ns = spans[i].start_ns + static_cast<int64_t>(i + 1) * 1'000'000;
    spans[i].attributes = {{"http.route", i == 0 ? "/pay" : "/cart"}};
    spans[i].resource = {{"env", "prod"}};
  }
  spans[1].status = model::SpanStatus::kOk;
  ASSERT_TRUE(store_->AppendSpans("t", spans).ok());
  ASSERT_TRUE(store_->Seal().ok());
  const auto found = [&](const std::function<void(SpanQuery&)>& ask) {
    SpanQuery query;
    query.tenant = "t";
    ask(query);
    std::string ids;
    const auto page = store_->QuerySpans(query);
    for (const model::Span& span : page->records) ids += span.span_id[0];
    return ids;
  };
  EXPECT_EQ(found([](SpanQuery& q) { q.status = model::SpanStatus::kOk; }), "b");
  EXPECT_EQ(found([](SpanQuery& q) { q.min_duration_ns = q.max_duration_ns = 2'000'000; }), "b");
  EXPECT_EQ(found([](SpanQuery& q) { q.attributes = {{"http.route", "/pay"}, {"env", "prod"}}; }),
            "a");
  EXPECT_EQ(found([](SpanQuery& q) { q.attributes = {{"http.route", "/pay"}, {"env", "test"}}; }),
            "");
}

}  // namespace
}  // namespace vedette::records
