// Any bytes as stored log lines and spans: batch, meta, head and body, span batch, patterns. Damage
// is an error; what is read can be read to its end.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "records/log_batch.h"
#include "records/log_block.h"
#include "records/pattern_miner.h"
#include "records/span_batch.h"
#include "records/word_filter.h"

namespace {

namespace records = vedette::records;

void ReadBatch(std::string_view bytes) {
  const auto batch = records::LogBatch::Parse(std::string(bytes));
  if (!batch.ok() || (*batch)->rows().empty()) return;
  std::vector<records::LogRowRef> rows;
  for (uint32_t i = 0; i < (*batch)->rows().size(); ++i) rows.push_back({batch->get(), i});
  records::EncodeLogBlock(rows);
}

void ReadBlock(std::string_view head, std::string_view body, size_t rows) {
  records::LogMeta meta;
  meta.rows = rows;
  auto block = records::LogBlock::ParseHead(meta, head);
  if (!block.ok() || !(*block)->ParseBody(body).ok()) return;
  records::BlockLine line(**block);
  for (size_t row = 0; row < (*block)->rows(); ++row) {
    line.MoveTo(row);
    line.Record();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  switch (data[0] % 5) {
    case 0: ReadBatch(bytes); break;
    case 1: vedette::base::IgnoreError(records::LogMeta::Parse(bytes), "any answer will do"); break;
    case 2: {
      const size_t cut = bytes.size() * (data[1] % 16u) / 16;
      ReadBlock(bytes.substr(0, cut), bytes.substr(cut), 1 + data[1] / 16u);
      break;
    }
    case 3:
      vedette::base::IgnoreError(records::SpanBatch::Parse(std::string(bytes)), "the same");
      break;
    default: {
      records::PatternMiner miner({});
      vedette::base::IgnoreError(miner.Load(bytes), "the same");
      records::MayHoldWord(bytes, data[1]);
    }
  }
  return 0;
}
