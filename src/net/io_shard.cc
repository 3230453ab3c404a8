#include "net/io_shard.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "net/asio_transport.h"
#include "net/connection.h"
#include "net/response_head.h"

namespace vedette::net {
namespace {

// Connections that wait for less are left in peace: a burst of clients is no attack.
constexpr std::chrono::milliseconds kStalledMin{250};

constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

// A quarter of the shortest timeout is exact enough; never so often that it costs anything.
std::chrono::milliseconds SweepInterval(const ServerOptions& options) {
  const base::Duration shortest = std::min(
      {options.header_timeout, options.body_timeout, options.body_grace, options.idle_timeout,
       options.write_timeout, options.request_deadline, options.linger_timeout});
  return std::clamp(shortest / 4, base::Duration(5), base::Duration(250));
}

std::string AddressText(const boost::asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
        .to_string();
  }
  return address.to_string();
}

bool IsLoopback(const boost::asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
        .is_loopback();
  }
  return address.is_loopback();
}

}  // namespace

IoShard::IoShard(std::shared_ptr<ServerCore> core)
    : core_(std::move(core)),
      sweep_interval_(SweepInterval(core_->options)),
      work_(context_.get_executor()),
      sweep_timer_(context_) {}

IoShard::~IoShard() = default;

void IoShard::Start() {
  thread_ = std::thread([this] {
    thread_id_ = std::this_thread::get_id();
    ScheduleSweep();
    context_.run();
  });
}

void IoShard::Adopt(boost::asio::ip::tcp::socket socket, const ClientNetwork& client) {
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error || stopping_) {  // gone before we looked
    core_->limiter.Release(client);
    return;
  }
  socket.set_option(boost::asio::ip::tcp::no_delay(true), error);
  Peer who{.address = AddressText(peer.address()),
           .is_loopback = IsLoopback(peer.address()),
           .tls = core_->tls != nullptr,
           .network = client};
  std::unique_ptr<Transport> transport =
      core_->tls ? MakeTlsTransport(std::move(socket), core_->tls->current())
                 : MakePlainTransport(std::move(socket));
  auto connection = std::make_shared<Connection>(*this, std::move(transport), std::move(who));
  connection->set_index(connections_.size());
  connections_.push_back(connection);
  connection->Start();
  core_->accepted.fetch_add(1, std::memory_order_relaxed);
}

bool IoShard::CloseStalled(const ClientNetwork* client) {
  const base::SteadyPoint now = core_->Now();
  std::chrono::nanoseconds longest = kStalledMin;
  Connection* stalled = nullptr;
  for (const auto& connection : connections_) {
    if (client != nullptr && connection->peer().network != *client) continue;
    const std::chrono::nanoseconds waited = connection->StalledFor(now);
    if (waited >= longest) {
      longest = waited;
      stalled = connection.get();
    }
  }
  if (stalled == nullptr) return false;
  core_->evicted.fetch_add(1, std::memory_order_relaxed);
  stalled->Close();
  return true;
}

void IoShard::AdoptInPlaceOfStalled(boost::asio::ip::tcp::socket socket,
                                    const ClientNetwork& client) {
  // One of the client's own makes room for either limit; one of others only for the total.
  const bool room =
      (CloseStalled(&client) && core_->limiter.Acquire(client)) ||
      (core_->limiter.full() && CloseStalled(nullptr) && core_->limiter.Acquire(client));
  if (room) return Adopt(std::move(socket), client);
  core_->refused.fetch_add(1, std::memory_order_relaxed);
  if (core_->tls) return;
  boost::system::error_code gone;
  socket.non_blocking(true, gone);
  socket.send(boost::asio::buffer(kBusy.data(), kBusy.size()), 0, gone);
}

void IoShard::Forget(Connection& connection) {
  const size_t index = connection.index();
  core_->limiter.Release(connection.peer().network);
  // The caller is often a member of the connection: it must live until the caller has returned.
  Post([keep = std::move(connections_[index])] {});
  if (index + 1 != connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->set_index(index);
  }
  connections_.pop_back();
  EndIfDrained();
}

void IoShard::ScheduleSweep() {
  sweep_timer_.expires_after(sweep_interval_);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Sweep();
  });
}

void IoShard::Sweep() {
  const base::SteadyPoint now = core_->Now();
  // Backwards: a connection that closes is replaced by the last one, which was seen already.
  for (size_t i = connections_.size(); i-- > 0;) connections_[i]->OnSweep(now);
  if (!stopping_ || !connections_.empty()) ScheduleSweep();
}

void IoShard::BeginStop() {
  Post([this] {
    stopping_ = true;
    for (size_t i = connections_.size(); i-- > 0;) connections_[i]->BeginStop();
    EndIfDrained();
  });
}

void IoShard::EndIfDrained() {
  if (!stopping_ || !connections_.empty()) return;
  sweep_timer_.cancel();
  work_.reset();
  base::MutexLock lock(mutex_);
  drained_ = true;
  drained_changed_.NotifyAll();
}

bool IoShard::WaitDrained(base::SteadyPoint deadline) {
  base::MutexLock lock(mutex_);
  while (!drained_) {
    if (!drained_changed_.WaitUntil(mutex_, deadline)) return drained_;
  }
  return true;
}

void IoShard::ForceClose() {
  Post([this] {
    for (size_t i = connections_.size(); i-- > 0;) connections_[i]->Close();
    EndIfDrained();
  });
}

void IoShard::Join() {
  if (thread_.joinable()) thread_.join();
}

std::string_view IoShard::Date() {
  const base::TimePoint now = core_->clock->Now();
  const int64_t second = base::ToMillis(now) / 1000;
  if (second != date_second_) {
    date_ = HttpDate(now);
    date_second_ = second;
  }
  return date_;
}

}  // namespace vedette::net
