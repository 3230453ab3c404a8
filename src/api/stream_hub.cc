#include "api/stream_hub.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

namespace vedette::api {

bool StreamHub::Subscriber::Wants(const Message& message) const {
  if (message.tenant != tenant) return false;
  return topics.empty() || std::find(topics.begin(), topics.end(), message.topic) != topics.end();
}

StreamHub::StreamHub(Options options, base::MetricsRegistry& metrics)
    : options_(options),
      open_streams_(metrics.AddGauge("vedette_streams_open", "Open live streams.")),
      messages_(metrics.AddCounter("vedette_stream_messages_total", "Live messages published.")),
      next_id_(options.first_id) {}

void StreamHub::Publish(const model::TenantName& tenant, std::string_view topic,
                        std::string_view data) {
  messages_.Add();
  base::MutexLock lock(mutex_);
  const uint64_t id = next_id_++;
  Message message{id, tenant, std::string(topic),
                  fmt::format("id: {}\nevent: patch\ndata: {}\n\n", id, data)};
  for (const Subscriber& subscriber : subscribers_) {
    if (subscriber.Wants(message)) subscriber.stream->Write(message.text);
  }
  ring_.push_back(std::move(message));
  if (ring_.size() > options_.ring_messages) ring_.pop_front();
  DropClosed();
}

bool StreamHub::Open(const model::TenantName& tenant, std::vector<std::string> topics,
                     std::string_view last_event_id, std::unique_ptr<net::Responder>& responder) {
  base::MutexLock lock(mutex_);
  DropClosed();
  if (subscribers_.size() >= options_.streams_max) return false;
  net::Response head;
  head.headers.Set("Content-Type", "text/event-stream");
  head.headers.Set("Cache-Control", "no-store");
  head.body = "retry: 2000\n\n";
  Subscriber subscriber{responder->Stream(std::move(head)), tenant, std::move(topics)};
  SendMissed(subscriber, last_event_id);
  subscribers_.push_back(std::move(subscriber));
  open_streams_.Set(static_cast<double>(subscribers_.size()));
  return true;
}

void StreamHub::SendMissed(const Subscriber& subscriber, std::string_view last_event_id) {
  if (last_event_id.empty()) return;
  uint64_t last = 0;
  const char* end = last_event_id.data() + last_event_id.size();
  const bool read = std::from_chars(last_event_id.data(), end, last).ptr == end;
  const uint64_t oldest = ring_.empty() ? next_id_ : ring_.front().id;
  if (!read || last + 1 < oldest || last >= next_id_) {
    subscriber.stream->Write(fmt::format("id: {}\nevent: resync\ndata: {{}}\n\n", next_id_ - 1));
    return;
  }
  for (const Message& message : ring_) {
    if (message.id > last && subscriber.Wants(message)) subscriber.stream->Write(message.text);
  }
}

void StreamHub::Heartbeat() {
  base::MutexLock lock(mutex_);
  for (const Subscriber& subscriber : subscribers_) subscriber.stream->Write(": alive\n\n");
  DropClosed();
}

void StreamHub::Close() {
  base::MutexLock lock(mutex_);
  for (const Subscriber& subscriber : subscribers_) subscriber.stream->Close();
  subscribers_.clear();
  open_streams_.Set(0);
}

void StreamHub::DropClosed() {
  std::erase_if(subscribers_, [](const Subscriber& s) { return s.stream->closed(); });
  open_streams_.Set(static_cast<double>(subscribers_.size()));
}

}  // namespace vedette::api
