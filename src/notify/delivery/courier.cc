#include "notify/delivery/courier.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/log.h"
#include "notify/delivery/page_json.h"

namespace vedette::notify::delivery {
namespace {

constexpr base::Duration kAtOnce{0};
constexpr base::Duration kDatabaseRetry = std::chrono::seconds(1);
constexpr size_t kDetailBytesMax = 500;

int64_t DelayedSeconds(base::TimePoint created_at, base::TimePoint now) {
  return std::max<int64_t>(0, (now - created_at).count() / 1000);
}

base::Duration Millis(base::SteadyPoint::duration duration) {
  return std::chrono::ceil<base::Duration>(duration);
}

}  // namespace

CourierMetrics::CourierMetrics(base::MetricsRegistry& registry, const std::string& receiver)
    : delivered(registry.AddCounter("vedette_pages_delivered_total", "Pages that arrived",
                                    {{"receiver", receiver}})),
      retried(registry.AddCounter("vedette_page_retries_total",
                                  "Attempts that failed and are made again",
                                  {{"receiver", receiver}})),
      failed(registry.AddCounter("vedette_pages_failed_total", "Pages refused or given up",
                                 {{"receiver", receiver}})),
      superseded(registry.AddCounter("vedette_pages_superseded_total",
                                     "Pages left out for a newer one of the same incident",
                                     {{"receiver", receiver}})),
      breaker_open(registry.AddGauge("vedette_receiver_down", "1 while a receiver is only probed",
                                     {{"receiver", receiver}})),
      latency(registry.AddHistogram("vedette_page_attempt_seconds", "How long an attempt takes",
                                    base::LatencyBounds(), {{"receiver", receiver}})) {}

Courier::Courier(const Receiver& receiver, Parts parts, CourierOptions options, uint64_t seed)
    : address_{receiver.name, receiver.kind},
      min_interval_(receiver.min_interval),
      timeout_(receiver.timeout),
      parts_(std::move(parts)),
      options_(options),
      random_(seed),
      breaker_(options.breaker_failures, options.backoff) {}

std::optional<base::Duration> Courier::Step(const std::function<bool()>& cancelled) {
  if (unsettled_ && !Settle().ok()) return kDatabaseRetry;

  const base::SteadyPoint steady = parts_.clock.Steady();
  if (const base::SteadyPoint until = HeldUntil(); until > steady) return Millis(until - steady);

  std::vector<Letter> heads;
  const base::Result<> read = parts_.database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(heads, Heads(session, address_.receiver, options_.letters_in_memory_max));
    if (known_before_) return {};
    VEDETTE_TRY(known_before_, NewestLetter(session));
    return {};
  });
  if (!read.ok()) return kDatabaseRetry;
  if (heads.empty()) return std::nullopt;

  const base::TimePoint now = parts_.clock.Now();
  const Letter* chosen = Choose(heads, now);
  if (chosen == nullptr) {
    base::TimePoint next = heads.front().next_attempt_at;
    for (const Letter& letter : heads) next = std::min(next, letter.next_attempt_at);
    return std::max(kAtOnce, next - now);
  }

  Letter letter = *chosen;
  std::optional<base::TimePoint> unnoted;
  if (IsFresh(letter, now)) {
    ++letter.attempts;
    unnoted = now;
  } else if (!NoteAttempt(letter, now).ok()) {
    return kDatabaseRetry;  // nothing is sent without a trace
  }
  const Answer answer = Send(letter, cancelled);
  Judge(std::move(letter), answer, Millis(parts_.clock.Steady() - steady), unnoted);
  return Settle().ok() ? kAtOnce : kDatabaseRetry;
}

base::SteadyPoint Courier::HeldUntil() const { return std::max(breaker_.opens_at(), next_send_); }

const Letter* Courier::Choose(const std::vector<Letter>& heads, base::TimePoint now) const {
  if (breaker_.is_open()) return &heads.front();  // the probe
  const auto due = std::find_if(heads.begin(), heads.end(),
                                [&](const Letter& letter) { return IsDue(letter, now); });
  return due == heads.end() ? nullptr : &*due;
}

bool Courier::IsDue(const Letter& letter, base::TimePoint now) const {
  // One that was never tried waits for nothing. A time that no wait of ours explains comes from a
  // clock that was set back.
  const base::Duration longest = options_.backoff.longest * 2;
  return letter.attempts == 0 || letter.next_attempt_at <= now ||
         letter.next_attempt_at > now + longest;
}

bool Courier::IsOldNews(const Letter& letter, base::TimePoint now) const {
  return now - letter.created_at >= options_.collapse_after && !letter.incident_id.empty();
}

bool Courier::IsFresh(const Letter& letter, base::TimePoint now) const {
  return letter.attempts == 0 && known_before_ && letter.id > *known_before_ &&
         !IsOldNews(letter, now);
}

LedgerRow Courier::AttemptRow(const Letter& letter, base::TimePoint now) const {
  return {.time = now,
          .event = "attempt",
          .dedup_key = letter.dedup_key,
          .receiver = address_.receiver,
          .recipient = letter.address.to,
          .attempt = letter.attempts,
          .outcome = {},
          .delayed_seconds = DelayedSeconds(letter.created_at, now),
          .detail = {},
          .hash = {}};
}

base::Result<> Courier::NoteAttempt(Letter& letter, base::TimePoint now) {
  const bool old_news = IsOldNews(letter, now);
  const int64_t replaced_before = letter.replaced;
  const bool unsure = letter.attempts == 0 && known_before_ && letter.id <= *known_before_;
  VEDETTE_TRY_VOID(parts_.database.Transact([&](sql::Session& session) -> base::Result<> {
    if (old_news) {
      VEDETTE_TRY(letter, Collapse(session, letter, now));
    }
    letter.state = "sending";
    ++letter.attempts;
    VEDETTE_TRY_VOID(Update(session, letter));
    LedgerRow row = AttemptRow(letter, now);
    if (unsure) row.detail = "ordered before the courier began: it may have been sent then";
    return AppendToLedger(session, row);
  }));
  if (const int64_t more = letter.replaced - replaced_before; more > 0) {
    parts_.metrics.superseded.Add(static_cast<uint64_t>(more));
  }
  return {};
}

Answer Courier::Send(const Letter& letter, const std::function<bool()>& cancelled) {
  const base::Result<model::Page> page = PageFromJson(letter.page_json);
  if (!page.ok()) {
    return {.verdict = Verdict::kRefused, .detail = page.error().message, .retry_after = {}};
  }
  const base::TimePoint now = parts_.clock.Now();
  const base::Duration delay = std::max(kAtOnce, now - letter.created_at);
  Answer answer = parts_.channel.Send(*page, {.number = letter.attempts,
                                              .now = now,
                                              .delay = delay,
                                              .cancelled = cancelled,
                                              .to = letter.address.to,
                                              .replaced = letter.replaced,
                                              .timeout = timeout_});
  next_send_ = parts_.clock.Steady() + min_interval_;
  answer.detail.resize(std::min(answer.detail.size(), kDetailBytesMax));
  return answer;
}

void Courier::Judge(Letter letter, const Answer& answer, base::Duration latency,
                    std::optional<base::TimePoint> unnoted) {
  const base::SteadyPoint steady = parts_.clock.Steady();
  const base::TimePoint now = parts_.clock.Now();
  const bool delivered = answer.verdict == Verdict::kDelivered;
  const bool recovered = delivered && breaker_.failures() > 0;
  LedgerRow row{.time = now,
                .event = "answer",
                .dedup_key = letter.dedup_key,
                .receiver = address_.receiver,
                .recipient = letter.address.to,
                .attempt = letter.attempts,
                .outcome = delivered ? "delivered" : "retry",
                .status = answer.status,
                .latency_ms = latency.count(),
                .delayed_seconds = DelayedSeconds(letter.created_at, now),
                .detail = answer.detail,
                .hash = {}};
  letter.detail = answer.detail;
  if (answer.verdict == Verdict::kRetry) {
    breaker_.Failed(steady, random_);
  } else {
    breaker_.Succeeded();  // the receiver is there, whatever it thinks of the page
  }
  if (answer.retry_after && !delivered) {
    breaker_.HoldUntil(steady + std::min(*answer.retry_after, options_.retry_after_max));
  }
  if (delivered) {
    letter.state = "delivered";
    letter.finished_at = now;
  } else if (IsHopeless(letter, answer, now)) {
    row.outcome = answer.verdict == Verdict::kRefused ? "refused" : "gave_up";
    letter.state = "failed";
    letter.finished_at = now;
  } else {
    letter.state = "pending";
    letter.next_attempt_at = now + Backoff(options_.backoff, letter.attempts, random_);
  }
  parts_.metrics.latency.Observe(static_cast<double>(latency.count()) / 1000);
  parts_.metrics.breaker_open.Set(breaker_.is_open() ? 1 : 0);
  unsettled_ = Settlement{std::move(letter), std::move(row), recovered, unnoted};
}

bool Courier::IsHopeless(const Letter& letter, const Answer& answer, base::TimePoint now) const {
  if (answer.verdict == Verdict::kRefused) return letter.attempts >= options_.refused_attempts_max;
  return now - letter.created_at > options_.give_up_after &&
         letter.attempts >= options_.give_up_attempts_min;
}

base::Result<> Courier::Settle() {
  const Letter& letter = unsettled_->letter;
  VEDETTE_TRY_VOID(parts_.database.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(Update(session, letter));
    if (unsettled_->recovered) {
      VEDETTE_TRY_VOID(MakeDue(session, address_.receiver, unsettled_->row.time));
    }
    if (unsettled_->unnoted) {
      VEDETTE_TRY_VOID(AppendToLedger(session, AttemptRow(letter, *unsettled_->unnoted)));
    }
    return AppendToLedger(session, unsettled_->row);
  }));
  const bool final = letter.finished_at.has_value();
  const bool ok = letter.state == "delivered";
  (ok ? parts_.metrics.delivered : final ? parts_.metrics.failed : parts_.metrics.retried).Add();
  if (final && !ok) {
    base::LogError("a page was not delivered", {{"dedup_key", letter.dedup_key},
                                                {"receiver", address_.receiver},
                                                {"attempts", letter.attempts},
                                                {"detail", letter.detail}});
  }
  if (final || letter.attempts == 1) {
    const int64_t late = unsettled_->row.delayed_seconds;
    const Report report{
        .dedup_key = letter.dedup_key,
        .incident_id = letter.incident_id,
        .tenant = letter.tenant,
        .receiver = address_.receiver,
        .to = letter.address.to,
        .ok = ok,
        .final = final,
        .detail = late < 60 ? letter.detail : fmt::format("{}, {} s late", letter.detail, late)};
    // A final report that is not taken is made again at the next start.
    const bool taken = parts_.report(report);
    if (!taken) base::LogWarning("a delivery report waits", {{"receiver", address_.receiver}});
  }
  unsettled_.reset();
  return {};
}

}  // namespace vedette::notify::delivery
