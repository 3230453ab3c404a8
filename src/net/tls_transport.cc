#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "net/asio_transport.h"

namespace vedette::net {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// A peer that closes without TLS's own goodbye has still closed: lengths, not the end of the
// stream, say whether an HTTP message is whole.
IoOutcome OutcomeOf(const ErrorCode& error) {
  if (!error) return IoOutcome::kOk;
  const bool end = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
  return end ? IoOutcome::kEnd : IoOutcome::kFailed;
}

// Asio's context wants to own what it is made of.
asio::ssl::context AsioContext(SSL_CTX* context) {
  SSL_CTX_up_ref(context);
  return asio::ssl::context(context);
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(asio::ip::tcp::socket socket, const TlsContext::Shared& context)
      : context_(AsioContext(context.get())), stream_(std::move(socket), context_) {}

  void Handshake(Events events) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [events = std::move(events)](const ErrorCode& error) {
                              events->OnHandshake(OutcomeOf(error));
                            });
  }

  void Read(char* into, size_t size, Events events) override {
    stream_.async_read_some(asio::buffer(into, size),
                            [events = std::move(events)](const ErrorCode& error, size_t bytes) {
                              events->OnRead(OutcomeOf(error), bytes);
                            });
  }

  void Write(std::string_view first, std::string_view second, Events events) override {
    const std::array<asio::const_buffer, 2> pieces = {asio::buffer(first.data(), first.size()),
                                                      asio::buffer(second.data(), second.size())};
    asio::async_write(stream_, pieces,
                      [events = std::move(events)](const ErrorCode& error, size_t /*bytes*/) {
                        events->OnWrite(OutcomeOf(error));
                      });
  }

  // Ends when the peer has said goodbye too, or has sent anything else.
  void Finish(Events events) override {
    stream_.async_shutdown(
        [events = std::move(events)](const ErrorCode& /*error*/) { events->OnFinish(); });
  }

  void DropUnsent() override {
    ErrorCode ignored;
    stream_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  }

  void Close() override {
    ErrorCode ignored;
    stream_.lowest_layer().close(ignored);
  }

 private:
  asio::ssl::context context_;
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Transport> MakeTlsTransport(asio::ip::tcp::socket socket,
                                            TlsContext::Shared context) {
  return std::make_unique<TlsTransport>(std::move(socket), context);
}

}  // namespace vedette::net
