#include "records/span_store.h"

#include <gtest/gtest.h>

#include "records/testing/embedded_store_fixture.h"

namespace vedette::records {
namespace {

class SpanStoreTest : public testing::EmbeddedStoreFixture {};

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

TEST_F(SpanStoreTest, FindsSpansByTraceServiceAndDurationSealedOrNot) {
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

TEST_F(SpanStoreTest, SpansAreFoundByStatusDurationAndAttributes) {
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
