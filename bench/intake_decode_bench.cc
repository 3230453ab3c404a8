// CPU per sample of decoding the same series as remote write 1.0, 2.0 and OTLP: 2,000 series of one
// sample, ten labels of 285 bytes, as remote_write_decode_bench has them.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fmt/core.h>
#include <map>
#include <snappy.h>
#include <string>
#include <utility>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/clock.h"
#include "model/write_batch.h"
#include "sources/otlp/metrics.h"
#include "sources/remote_write/decoder.h"
#include "sources/remote_write/symbol_decoder.h"

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;
using protozero::pbf_writer;

constexpr int kSeries = 2000;
constexpr int kRequests = 20;

Labels LabelsOf(int i) {
  const int pod = i / 100;
  return {{"__name__", fmt::format("http_request_duration_seconds_bucket_{:02}", i % 100)},
          {"cluster", "production-eu-central-1"},
          {"container", "checkout-service"},
          {"endpoint", fmt::format("/api/v1/checkout/{:04}", i % 100)},
          {"instance", fmt::format("10.{}.{}.17:8080", pod / 200, pod % 200)},
          {"job", "kubernetes-pods"},
          {"le", "0.25"},
          {"namespace", "shop-production"},
          {"node", fmt::format("ip-10-0-{}-{}.eu-central-1.compute", pod / 40, pod % 40)},
          {"pod", fmt::format("checkout-service-7f9c5d6b8-{:05}", pod)}};
}

std::string Packed(const std::string& raw) {
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

void AddSample(pbf_writer& series, int i) {
  pbf_writer sample(series, 2);
  sample.add_double(1, i * 17.0);
  sample.add_int64(2, 1'700'000'000'000);
}

std::string Version1(int first) {
  std::string raw;
  pbf_writer request(raw);
  for (int i = first; i < first + kSeries; ++i) {
    pbf_writer series(request, 1);
    for (const auto& [name, value] : LabelsOf(i)) {
      pbf_writer label(series, 1);
      label.add_string(1, name);
      label.add_string(2, value);
    }
    AddSample(series, i);
  }
  return Packed(raw);
}

std::string Version2(int first) {
  std::map<std::string, uint32_t> symbols = {{"", 0}};
  std::vector<std::string> table = {""};
  const auto ref = [&](const std::string& text) {
    const auto [found, created] = symbols.emplace(text, static_cast<uint32_t>(table.size()));
    if (created) table.push_back(text);
    return found->second;
  };
  std::vector<std::vector<uint32_t>> refs;
  for (int i = first; i < first + kSeries; ++i) {
    refs.emplace_back();
    for (const auto& [name, value] : LabelsOf(i)) {
      refs.back().push_back(ref(name));
      refs.back().push_back(ref(value));
    }
  }
  std::string raw;
  pbf_writer request(raw);
  for (const std::string& symbol : table) request.add_string(4, symbol);
  for (int i = 0; i < kSeries; ++i) {
    pbf_writer series(request, 5);
    const auto& list = refs[static_cast<size_t>(i)];
    series.add_packed_uint32(1, list.begin(), list.end());
    AddSample(series, first + i);
  }
  return Packed(raw);
}

void AddAttribute(pbf_writer& parent, uint32_t field, const std::string& key,
                  const std::string& value) {
  pbf_writer attribute(parent, field);
  attribute.add_string(1, key);
  pbf_writer any(attribute, 2);
  any.add_string(1, value);
}

// Twenty pods as resources of a hundred gauges; three labels stay with the point.
std::string Otlp(int first) {
  std::string raw;
  pbf_writer request(raw);
  for (int pod = first; pod < first + kSeries; pod += 100) {
    pbf_writer resource_metrics(request, 1);
    const Labels labels = LabelsOf(pod);
    {
      pbf_writer resource(resource_metrics, 1);
      AddAttribute(resource, 1, "service.name", labels[5].second);
      AddAttribute(resource, 1, "service.instance.id", labels[4].second);
      AddAttribute(resource, 1, "k8s.cluster.name", labels[1].second);
      AddAttribute(resource, 1, "k8s.container.name", labels[2].second);
      AddAttribute(resource, 1, "k8s.namespace.name", labels[7].second);
      AddAttribute(resource, 1, "k8s.pod.name", labels[9].second);
    }
    pbf_writer scope_metrics(resource_metrics, 2);
    for (int i = pod; i < pod + 100; ++i) {
      pbf_writer metric(scope_metrics, 2);
      metric.add_string(1, LabelsOf(i)[0].second);
      pbf_writer gauge(metric, 5);
      pbf_writer point(gauge, 1);
      point.add_fixed64(3, 1'700'000'000'000'000'000);
      point.add_double(4, i * 17.0);
      AddAttribute(point, 7, "endpoint", LabelsOf(i)[3].second);
      AddAttribute(point, 7, "k8s.node.name", labels[8].second);
    }
  }
  return raw;
}

void Report(const char* name, auto&& make, auto&& decode) {
  std::vector<std::string> bodies;
  for (int i = 0; i < kRequests; ++i) bodies.push_back(make(i * kSeries));
  // The best time of each body counts, so that a busy machine does not: each takes a millisecond.
  std::vector<double> best(bodies.size(), 1e18);
  uint64_t samples = 0;
  for (int round = 0; round < 25; ++round) {
    samples = 0;
    for (size_t i = 0; i < bodies.size(); ++i) {
      const vedette::base::SystemClock clock;
      const vedette::base::SteadyPoint begin = clock.Steady();
      samples += decode(bodies[i]);
      const double ns = std::chrono::duration<double, std::nano>(clock.Steady() - begin).count();
      best[i] = std::min(best[i], ns);
    }
  }
  double total = 0;
  for (const double ns : best) total += ns;
  std::printf("%-18s %7.1f ns/sample   %8zu bytes/request   %llu samples\n", name,
              total / static_cast<double>(samples), bodies[0].size(),
              static_cast<unsigned long long>(samples));
}

}  // namespace

int main() {
  vedette::model::WriteBatch batch;
  vedette::sources::remote_write::Decoder decoder;
  vedette::sources::remote_write::SymbolDecoder symbol_decoder;
  vedette::sources::otlp::MetricsDecoder otlp;
  Report("remote write 1.0", Version1, [&](const std::string& body) {
    const auto report = decoder.Decode(body, batch);
    return report.ok() ? report->samples : 0;
  });
  Report("remote write 2.0", Version2, [&](const std::string& body) {
    const auto report = symbol_decoder.Decode(body, batch);
    return report.ok() ? report->samples : 0;
  });
  Report("OTLP gauges", Otlp, [&](const std::string& body) {
    const auto report = otlp.Decode(body, batch);
    return report.ok() ? report->points : 0;
  });
}
