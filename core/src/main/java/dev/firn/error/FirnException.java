package dev.firn.error;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong in the store's environment: its files, its disk, or its own background work.
 *
 * <p>Mistakes of the caller are not in this family: they are {@link IllegalArgumentException},
 * {@link IllegalStateException} and {@link NullPointerException}, with a message of the form {@code
 * name=value}. Mistakes of Firn itself are {@link AssertionError}.
 */
public abstract sealed class FirnException extends RuntimeException
    permits CorruptionException,
        DiskFullException,
        FormatVersionException,
        StorageException,
        StoreFailedException,
        StoreLockedException {

  private static final long serialVersionUID = 1L;

  FirnException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
