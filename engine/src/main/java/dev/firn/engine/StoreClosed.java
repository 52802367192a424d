package dev.firn.engine;

/** The exception of calls on a closed store. */
final class StoreClosed {

  static final String MESSAGE = "the store is closed";

  private StoreClosed() {}

  static IllegalStateException exception() {
    return new IllegalStateException(MESSAGE);
  }
}
