package dev.firn.core;

/**
 * Memory cannot be freed, because a call of the JDK reads from it or writes to it. Freeing it can
 * be tried again.
 */
public final class MemoryHeldException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  MemoryHeldException(String message, Throwable cause) {
    super(message, cause);
  }
}
