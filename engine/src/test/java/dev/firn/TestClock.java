package dev.firn;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. */
final class TestClock implements InstantSource {

  static final long START = 1_000_000_000_000L;

  private volatile long millis = START;

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }

  @Override
  public long millis() {
    return millis;
  }

  void advance(Duration by) {
    millis += by.toMillis();
  }

  void back(Duration by) {
    millis -= by.toMillis();
  }
}
