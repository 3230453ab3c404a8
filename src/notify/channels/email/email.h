#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/mail.h"
#include "notify/channels/email/message.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

struct EmailSettings {
  std::string host;
  uint16_t port = 587;
  net::MailSecurity security = net::MailSecurity::kStartTls;
  std::string user = {};
  std::string password = {};  // a secret
  std::string hello = {};     // the name in EHLO
  std::string ca_file = {};   // PEM of who signed the server's certificate; empty: the system's
  Mailbox from;
  std::vector<std::string> to;  // addresses; a person's address replaces them
  // How long the link that acknowledges is good; 0: mails have none.
  base::Duration link_valid_for = std::chrono::hours(24);
};

// Mails a page by SMTP as text and HTML. All mails of an incident are one thread; each attempt for
// a page has the same Message-ID, by which mail servers drop repetitions. 4xx are tried again, 5xx
// are refusals of the page, except a login that fails, which a person may repair. Pages that ask
// for somebody have a link that acknowledges without a login: notify/delivery/ack_links.h.
class Email final : public delivery::Channel {
 public:
  Email(EmailSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  // The mail as text, headers first.
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  std::vector<std::string> AddresseesOf(const delivery::Attempt& attempt) const;
  std::string AckLinkOf(const model::Page& page, const delivery::Attempt& attempt) const;
  MailMessage MessageOf(const model::Page& page, const delivery::Attempt& attempt) const;

  const EmailSettings settings_;
  const std::string receiver_;
  const std::string external_url_;
  net::MailClient& client_;
  const delivery::AckLinks* const links_;
};

}  // namespace vedette::notify::channels
