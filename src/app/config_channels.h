#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/delivery/receiver.h"
#include "yaml/reader.h"

namespace vedette::app {

// The section of a receiver that says what kind it is: `pagerduty: {routing_key: ...}`. Problems go
// to the reader. Not thread-safe.
class ChannelReader {
 public:
  // Paths are relative to `folder`. Both must outlive it.
  ChannelReader(yaml::YamlReader& yaml, const std::string& folder) : yaml_(yaml), folder_(folder) {}

  yaml::YamlReader& yaml() { return yaml_; }

  // A text that must be there. True when it is.
  bool Required(std::string_view key, std::string& out);
  // A text that may stand in the file itself (best as ${NAME}) or, under `<key>_file`, in a file of
  // its own. True when it was read.
  bool Secret(std::string_view key, std::string& out);
  bool RequiredSecret(std::string_view key, std::string& out);
  // An http or https URL, read as a secret, since many hold one. One in `out` is the default;
  // without it the key must be there.
  void Url(std::string_view key, std::string& out);
  // The path of a file, as the process will open it.
  void File(std::string_view key, std::string& out);

 private:
  yaml::YamlReader& yaml_;
  const std::string& folder_;
};

// One kind of receiver. `read` returns how to make the channel, and may change the defaults of
// min_interval and timeout.
struct ChannelKind {
  std::string_view name;
  notify::delivery::ChannelMaker (*read)(ChannelReader&, notify::delivery::Receiver&);
  std::string_view example;  // a section that works, in YAML
};

// All there are: the one list. Adding a channel means adding a line there.
const std::vector<ChannelKind>& ChannelKinds();

// A receiver of the kind with the settings of its example, for previews. kInvalidArgument with the
// field "kind".
base::Result<notify::delivery::Receiver> ExampleReceiver(std::string_view kind);

}  // namespace vedette::app
