// CPU per sample of decoding remote write requests as Prometheus sends them: 2,000 series with one
// sample each, 10 labels of 285 bytes. Prints the time of the snappy step beside the whole.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fmt/core.h>
#include <snappy.h>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/clock.h"
#include "model/write_batch.h"
#include "sources/remote_write/decoder.h"

namespace {

void AddLabel(protozero::pbf_writer& series, const std::string& name, const std::string& value) {
  protozero::pbf_writer label(series, 1);
  label.add_string(1, name);
  label.add_string(2, value);
}

std::string Request(int first, int series_count, int samples_each) {
  std::string raw;
  protozero::pbf_writer request(raw);
  for (int i = first; i < first + series_count; ++i) {
    protozero::pbf_writer series(request, 1);
    const int pod = i / 100;
    AddLabel(series, "__name__",
             fmt::format("http_request_duration_seconds_bucket_{:02}", i % 100));
    AddLabel(series, "cluster", "production-eu-central-1");
    AddLabel(series, "container", "checkout-service");
    AddLabel(series, "endpoint", fmt::format("/api/v1/checkout/{:04}", i % 100));
    AddLabel(series, "instance", fmt::format("10.{}.{}.17:8080", pod / 200, pod % 200));
    AddLabel(series, "job", "kubernetes-pods");
    AddLabel(series, "le", "0.25");
    AddLabel(series, "namespace", "shop-production");
    AddLabel(series, "node", fmt::format("ip-10-0-{}-{}.eu-central-1.compute", pod / 40, pod % 40));
    AddLabel(series, "pod", fmt::format("checkout-service-7f9c5d6b8-{:05}", pod));
    for (int s = 0; s < samples_each; ++s) {
      protozero::pbf_writer sample(series, 2);
      sample.add_double(1, i * 17.0 + s);
      sample.add_int64(2, 1'700'000'000'000 + s * 15'000);
    }
  }
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

double BestNsPerSample(const std::vector<std::string>& bodies, uint64_t samples, auto&& run) {
  double best = 1e9;
  for (int round = 0; round < 15; ++round) {
    const vedette::base::SystemClock clock;
    const vedette::base::SteadyPoint begin = clock.Steady();
    for (const std::string& body : bodies) run(body);
    const double ns = std::chrono::duration<double, std::nano>(clock.Steady() - begin).count();
    best = std::min(best, ns / static_cast<double>(samples));
  }
  return best;
}

}  // namespace

int main() {
  for (const int samples_each : {1, 10}) {
    std::vector<std::string> bodies;
    for (int i = 0; i < 50; ++i) bodies.push_back(Request(i * 2000, 2000, samples_each));
    vedette::sources::remote_write::Decoder decoder;
    vedette::model::WriteBatch batch;
    std::string raw;
    uint64_t decoded = 0;
    const auto samples = static_cast<uint64_t>(50 * 2000 * samples_each);
    const double unpack = BestNsPerSample(bodies, samples, [&](const std::string& body) {
      snappy::Uncompress(body.data(), body.size(), &raw);
    });
    const double whole = BestNsPerSample(bodies, samples, [&](const std::string& body) {
      const auto report = decoder.Decode(body, batch);
      if (report.ok()) decoded += report->samples;
    });
    std::printf("%d samples per series: %.1f ns/sample, of which snappy %.1f (%llu decoded)\n",
                samples_each, whole, unpack, static_cast<unsigned long long>(decoded));
  }
}
