#include "api/remote_write.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/scratches.h"
#include "model/write_batch.h"
#include "sources/remote_write/symbol_decoder.h"

namespace vedette::api {
namespace {

namespace remote_write = sources::remote_write;

// What a request needs, kept for the next one.
struct Scratch {
  explicit Scratch(const remote_write::DecoderOptions& options)
      : decoder(options), symbol_decoder(options) {}
  remote_write::Decoder decoder;
  remote_write::SymbolDecoder symbol_decoder;
  model::WriteBatch batch;
};

// Which message a body holds.
enum class Message { kWriteRequest, kSymbols, kForeign };

struct Protocol {
  Message message = Message::kForeign;
  std::string problem;  // why it is foreign
};

// What was stored of a request, for the headers of 2.0.
struct Written {
  uint64_t samples = 0;
  uint64_t histograms = 0;
  uint64_t exemplars = 0;
};

// An error for senders that show people the body, as Prometheus does.
net::Response TextError(const base::Error& error) {
  net::Response response = net::TextResponse(HttpStatus(error.code), error.message + "\n");
  if (base::IsRetryable(error.code)) response.headers.Set("Retry-After", "1");
  return response;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\"");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\"") - begin + 1);
}

// The `proto` parameter of a content type; empty when there is none.
std::string_view ProtoOf(std::string_view type) {
  while (true) {
    const size_t semicolon = type.find(';');
    if (semicolon == std::string_view::npos) return {};
    type = type.substr(semicolon + 1);
    const std::string_view parameter = type.substr(0, type.find(';'));
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (Lower(Trimmed(parameter.substr(0, equals))) != "proto") continue;
    return Trimmed(parameter.substr(equals + 1));
  }
}

Protocol ProtocolOf(const net::Request& request) {
  const std::string_view type = request.headers.Get("Content-Type");
  // Also one that the server has undone already.
  const std::string encoding = request.decoded_from.empty()
                                   ? Lower(request.headers.Get("Content-Encoding"))
                                   : std::string(request.decoded_from);
  const std::string_view media = Trimmed(type.substr(0, type.find(';')));
  if (!media.empty() && Lower(media) != "application/x-protobuf") {
    return {Message::kForeign,
            fmt::format("the content type {} is not application/x-protobuf", media)};
  }
  const std::string_view proto = ProtoOf(type);
  Protocol protocol;
  if (proto.empty() || proto == "prometheus.WriteRequest") {
    protocol.message = Message::kWriteRequest;
  } else if (proto == "io.prometheus.write.v2.Request") {
    protocol.message = Message::kSymbols;
  } else {
    return {Message::kForeign,
            fmt::format("only prometheus.WriteRequest (remote write 1.0) and "
                        "io.prometheus.write.v2.Request (2.0) are understood, not {}",
                        proto)};
  }
  if (!encoding.empty() && encoding != "snappy") {
    protocol.problem = fmt::format("the content encoding {} is not snappy", encoding);
  }
  return protocol;
}

// What was stored, of what was decoded.
Written WrittenOf(const remote_write::DecodeReport& decoded, const ingest::WriteReport& report) {
  return {
      .samples = decoded.samples - std::min(report.refused_floats(), decoded.samples),
      .histograms = decoded.histograms - std::min(report.refused_histograms(), decoded.histograms),
      .exemplars = report.stored.exemplars};
}

class RemoteWrite {
 public:
  RemoteWrite(ingest::Ingester& ingester, RemoteWriteOptions options)
      : ingester_(ingester), options_(std::move(options)) {}

  net::Response Handle(const Call& call) {
    const Protocol protocol = ProtocolOf(call.request);
    Written written;
    net::Response response =
        protocol.problem.empty()
            ? Write(call, protocol.message, written)
            : net::TextResponse(415, "remote write: " + protocol.problem + "\n");
    if (protocol.message == Message::kSymbols) {
      constexpr std::string_view kPrefix = "X-Prometheus-Remote-Write-";
      response.headers.Set(fmt::format("{}Samples-Written", kPrefix),
                           std::to_string(written.samples));
      response.headers.Set(fmt::format("{}Histograms-Written", kPrefix),
                           std::to_string(written.histograms));
      response.headers.Set(fmt::format("{}Exemplars-Written", kPrefix),
                           std::to_string(written.exemplars));
    }
    return response;
  }

 private:
  net::Response Write(const Call& call, Message message, Written& written) {
    remote_write::MetadataSink on_metadata;
    if (options_.on_metadata) {
      on_metadata = [&](const remote_write::FamilyMetadata& m) {
        options_.on_metadata(call.caller.tenant, {m.family, m.type, m.help, m.unit});
      };
    }
    // The same for all requests of the path, so that a spare decoder has it too.
    remote_write::DecoderOptions options = options_.decoder;
    options.decoded_bytes_max = call.request.body_bytes_max;
    std::unique_ptr<Scratch> scratch = scratches_.Take(options);
    const auto decoded =
        message == Message::kSymbols
            ? scratch->symbol_decoder.Decode(call.request.body, scratch->batch, on_metadata)
            : scratch->decoder.Decode(call.request.body, scratch->batch, on_metadata);
    if (!decoded.ok()) return TextError(decoded.error());
    const auto report = ingester_.Write(call.caller.tenant, scratch->batch);
    scratches_.GiveBack(std::move(scratch));
    if (!report.ok()) return TextError(report.error());
    written = WrittenOf(*decoded, *report);
    if (!decoded->refused() && report->refused() == 0) {
      return net::Response{.status = 204, .headers = {}, .body = {}};
    }
    return Refused(*decoded, *report);
  }

  static net::Response Refused(const remote_write::DecodeReport& decoded,
                               const ingest::WriteReport& report) {
    const uint64_t refused =
        decoded.refused_samples + decoded.refused_histograms + report.refused();
    const uint64_t sent =
        decoded.samples + decoded.histograms + decoded.refused_samples + decoded.refused_histograms;
    if (refused == 0) {
      return net::TextResponse(
          400, fmt::format("{} series were refused, the others are stored; the first: {}\n",
                           decoded.refused_series, decoded.first_refusal));
    }
    return net::TextResponse(
        400,
        fmt::format("{} of {} samples were refused, the others are stored; the first: {}\n",
                    refused, sent,
                    decoded.first_refusal.empty() ? report.first_refusal : decoded.first_refusal));
  }

  ingest::Ingester& ingester_;
  const RemoteWriteOptions options_;
  Scratches<Scratch, remote_write::DecoderOptions> scratches_;
};

}  // namespace

std::vector<Route> RemoteWriteRoutes(ingest::Ingester& ingester, RemoteWriteOptions options) {
  const auto handler = std::make_shared<RemoteWrite>(ingester, std::move(options));
  return {{.method = "POST",
           .pattern = "/api/v1/write",
           .permission = Permission::kIngest,
           .handler = [handler](const Call& call) { return handler->Handle(call); },
           .operation = "remoteWrite",
           .body_bytes_max = kLargeBody}};
}

}  // namespace vedette::api
