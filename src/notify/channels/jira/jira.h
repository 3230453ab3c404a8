#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/client.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

struct JiraSettings {
  std::string url;    // https://example.atlassian.net, or of a server
  std::string user;   // e-mail address of the token's owner in the cloud; empty: a bearer token
  std::string token;  // a secret
  std::string project;
  std::string issue_type = "Task";
  std::vector<std::string> labels = {};
  std::string resolve_transition = {};  // by name or id, when the incident resolves; empty: none
  std::string reopen_transition = {};   // the same when it is open again
};

// Keeps an issue in Jira per incident: created by the first page, a comment for each later one, and
// moved through the workflow when the incident ends. The issue is remembered, and found again by
// its label "vedette-<incident id>" should the answer to its creation have been lost.
class Jira final : public delivery::Channel {
 public:
  Jira(JiraSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  struct Outcome {
    delivery::Answer answer;
    std::string body;
  };
  Outcome Call(std::string method, const std::string& path, const model::Page& page,
               const delivery::Attempt& attempt, std::string body) const;
  std::string Issue(const model::Page& page, const delivery::Attempt& attempt) const;
  std::string Comment(const model::Page& page, const delivery::Attempt& attempt) const;
  std::optional<std::string> FindIssue(const model::Page& page, const delivery::Attempt& attempt);
  delivery::Answer Create(const model::Page& page, const delivery::Attempt& attempt);
  delivery::Answer Move(const std::string& issue, const std::string& transition,
                        const model::Page& page, const delivery::Attempt& attempt) const;

  const JiraSettings settings_;
  const std::string receiver_;
  const std::string external_url_;
  net::HttpClient& client_;
  delivery::Threads& threads_;
};

}  // namespace vedette::notify::channels
