#include "sources/remote_write/symbol_decoder.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/random.h"

namespace vedette::sources::remote_write {
namespace {

using protozero::pbf_writer;

struct Series {
  std::vector<uint32_t> refs;
  std::vector<model::Sample> samples = {{1000, 1.5}};
};

struct Request {
  std::vector<std::string> symbols = {"", "__name__", "up", "job", "node", "a", "\xC3\xA9"};
  std::vector<Series> series;
};

std::string Message(const Request& request) {
  std::string raw;
  pbf_writer out(raw);
  for (const std::string& symbol : request.symbols) out.add_string(4, symbol);
  for (const Series& series : request.series) {
    pbf_writer message(out, 5);
    message.add_packed_uint32(1, series.refs.begin(), series.refs.end());
    for (const model::Sample& sample : series.samples) {
      pbf_writer s(message, 2);
      s.add_double(1, sample.value);
      s.add_int64(2, sample.t_ms);
    }
  }
  return raw;
}

std::string Pack(const std::string& raw) {
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

std::string Dump(const model::WriteBatch& batch) {
  std::string out;
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      out += batch.labels(entry).ToString() + " " + std::to_string(sample.t_ms) + " " +
             std::to_string(sample.value) + "\n";
    }
  }
  return out;
}

TEST(RemoteWrite2, DecodesSeriesFromSymbols) {
  model::WriteBatch batch;

  const auto report = SymbolDecoder().Decode(
      Pack(Message({.series = {{{1, 2, 3, 4}, {{1000, 1}, {2000, 0}}}, {{1, 2, 5, 6}}}})), batch);

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(Dump(batch),
            "up{job=\"node\"} 1000 1.000000\nup{job=\"node\"} 2000 0.000000\n"
            "up{a=\"\xC3\xA9\"} 1000 1.500000\n");
  EXPECT_EQ(report->series, 2u);
  EXPECT_EQ(report->samples, 3u);
  EXPECT_FALSE(report->refused());
}

TEST(RemoteWrite2, LabelsAreCanonicalWhateverTheirOrderAndLength) {
  const std::string longer(300, 'v');
  model::WriteBatch batch;

  const auto report = SymbolDecoder().Decode(
      Pack(Message({.symbols = {"", "__name__", "up", "zone", longer, "instance_a", "instance_b"},
                    .series = {{{3, 4, 1, 2, 6, 0}}, {{1, 2, 5, 3, 6, 4, 3, 4}}}})),
      batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->first_refusal, "");
  ASSERT_EQ(batch.entries().size(), 2u);
  for (const auto& entry : batch.entries()) {
    EXPECT_TRUE(model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
  }
  EXPECT_EQ(batch.labels(batch.entries()[0]).ToString(), "up{zone=\"" + longer + "\"}");
  EXPECT_EQ(batch.labels(batch.entries()[1]).size(), 4u);
}

TEST(RemoteWrite2, RefusesTheSeriesThatIsWrongAndKeepsTheRest) {
  const std::vector<std::pair<Series, std::string>> cases = {
      {{{1, 2, 3}}, "series up{}: it has an odd number of label references: 3"},
      {{{1, 2, 3, 9}}, "series up{}: it refers to symbol 9, but there are 8"},
      {{{1, 2, 3, 4, 3, 4}}, "series up{job=\"node\",job=\"node\"}: label \"job\" occurs twice"},
      {{{1, 2, 0, 4}}, "series up{=\"node\"}: a label has no name"},
      {{{1, 2, 3, 7}}, "series up{job=\"?\"}: the value of label \"job\" is not valid UTF-8"},
      {{{}}, "series {}: it has no labels"},
      {{{1, 2}, {}}, "series up{}: it has neither samples nor histograms"},
  };
  for (const auto& [series, want] : cases) {
    Request request{.series = {series, {{1, 2}}}};
    request.symbols.push_back("\xFF");
    model::WriteBatch batch;
    const auto report = SymbolDecoder().Decode(Pack(Message(request)), batch);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->first_refusal, want);
    EXPECT_EQ(report->refused_series, 1u);
    EXPECT_EQ(report->refused_samples, series.samples.size());
    EXPECT_EQ(Dump(batch), "up 1000 1.500000\n");
  }
}

TEST(RemoteWrite2, NamesTheLimitThatARequestExceeds) {
  const std::string body =
      Pack(Message({.series = {{{1, 2}, {{1, 1}, {2, 2}}}, {{1, 2, 3, 4, 5, 6}}}}));
  model::WriteBatch batch;
  EXPECT_EQ(SymbolDecoder({.symbols_max = 6}).Decode(body, batch).error().message,
            "remote write: more than 6 symbols in one request");
  EXPECT_EQ(SymbolDecoder({.samples_max = 2}).Decode(body, batch).error().field,
            "samples_per_request");
  EXPECT_EQ(SymbolDecoder({.label_bytes_max = 20}).Decode(body, batch).error().field,
            "label_bytes_per_request");
  const auto labels = SymbolDecoder({.labels_max = 2}).Decode(body, batch);
  ASSERT_TRUE(labels.ok());
  EXPECT_EQ(labels->first_refusal, "series up{job=\"node\"}: 3 labels; the limit is 2");
  const auto value = SymbolDecoder({.value_bytes_max = 3}).Decode(body, batch);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->first_refusal,
            "series up{a=\"\xC3\xA9\",job=\"node\"}: the value of label \"job\" has 4 bytes; the "
            "limit is 3");
}

TEST(RemoteWrite2, ReadsSymbolsThatFollowTheirSeries) {
  const std::string raw = Message({.symbols = {}, .series = {{{1, 2}}}}) +
                          Message({.symbols = {"", "__name__", "late"}, .series = {}});
  model::WriteBatch batch;

  ASSERT_TRUE(SymbolDecoder().Decode(Pack(raw), batch).ok());

  EXPECT_EQ(Dump(batch), "late 1000 1.500000\n");
}

TEST(RemoteWrite2, TellsMetadataOncePerMetricWithItsFamily) {
  std::string raw =
      Message({.symbols = {"", "__name__", "rpc_bucket", "le", "1", "2", "Calls.", "seconds"},
               .series = {}});
  {
    pbf_writer out(raw);
    for (const uint32_t le : {4u, 5u}) {
      pbf_writer series(out, 5);
      const std::vector<uint32_t> refs = {1, 2, 3, le};
      series.add_packed_uint32(1, refs.begin(), refs.end());
      {
        pbf_writer sample(series, 2);
        sample.add_double(1, 1);
      }
      pbf_writer metadata(series, 5);
      metadata.add_int32(1, 3);
      metadata.add_uint32(3, 6);
      metadata.add_uint32(4, 7);
    }
  }
  std::string told;
  model::WriteBatch batch;

  ASSERT_TRUE(SymbolDecoder()
                  .Decode(Pack(raw), batch,
                          [&](const FamilyMetadata& m) {
                            told.append(m.family).append(" ").append(m.type).append(" ");
                            told.append(m.help).append(" ").append(m.unit).append("\n");
                          })
                  .ok());

  EXPECT_EQ(told, "rpc histogram Calls. seconds\n");
}

TEST(RemoteWrite2, AMessageOfVersion1HasNothingIn2) {
  std::string raw;
  {
    pbf_writer request(raw);
    pbf_writer series(request, 1);
    series.add_string(1, "");
  }
  model::WriteBatch batch;
  const auto report = SymbolDecoder().Decode(Pack(raw), batch);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(batch.empty());
}

TEST(RemoteWrite2, SurvivesMutations) {
  const std::string good = Message({.series = {{{1, 2, 3, 4}, {{1, 1}, {2, 2}}}, {{1, 2, 5, 6}}}});
  base::Random random(7);
  SymbolDecoder decoder;
  model::WriteBatch batch;
  for (int i = 0; i < 3000; ++i) {
    std::string raw = good;
    for (uint64_t n = 1 + random.Below(4); n > 0; --n) {
      raw[random.Below(raw.size())] = static_cast<char>(random.Below(256));
    }
    const auto report = decoder.Decode(Pack(raw), batch);
    if (!report.ok()) continue;
    for (const auto& entry : batch.entries()) {
      EXPECT_TRUE(model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
    }
  }
}

}  // namespace
}  // namespace vedette::sources::remote_write
