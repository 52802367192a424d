package dev.firn;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. */
final class TestClock implements InstantSource {

  static final long START = 1_000_000_000_000L;

  private final AtomicLong millis = new AtomicLong(START);

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis.get());
  }

  @Override
  public long millis() {
    return millis.get();
  }

  void advance(Duration by) {
    millis.addAndGet(by.toMillis());
  }

  void back(Duration by) {
    millis.addAndGet(-by.toMillis());
  }
}
