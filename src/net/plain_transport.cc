#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "net/asio_transport.h"

namespace vedette::net {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

IoOutcome OutcomeOf(const ErrorCode& error) {
  if (!error) return IoOutcome::kOk;
  return error == asio::error::eof ? IoOutcome::kEnd : IoOutcome::kFailed;
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void Handshake(Events events) override {
    asio::post(socket_.get_executor(),
               [events = std::move(events)] { events->OnHandshake(IoOutcome::kOk); });
  }

  void Read(char* into, size_t size, Events events) override {
    socket_.async_read_some(asio::buffer(into, size),
                            [events = std::move(events)](const ErrorCode& error, size_t bytes) {
                              events->OnRead(OutcomeOf(error), bytes);
                            });
  }

  void Write(std::string_view first, std::string_view second, Events events) override {
    const std::array<asio::const_buffer, 2> pieces = {asio::buffer(first.data(), first.size()),
                                                      asio::buffer(second.data(), second.size())};
    asio::async_write(socket_, pieces,
                      [events = std::move(events)](const ErrorCode& error, size_t /*bytes*/) {
                        events->OnWrite(OutcomeOf(error));
                      });
  }

  void Finish(Events events) override {
    ErrorCode ignored;  // the peer may be gone already
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    asio::post(socket_.get_executor(), [events = std::move(events)] { events->OnFinish(); });
  }

  void DropUnsent() override {
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  }

  void Close() override {
    ErrorCode ignored;
    socket_.close(ignored);
  }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace vedette::net
