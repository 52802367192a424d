package dev.firn.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure in the store's environment: its files, its disk, or its own background work.
 *
 * <p>A mistake of the caller is another exception: an {@link IllegalArgumentException}, {@link
 * IllegalStateException} or {@link NullPointerException}, with a message of the form {@code
 * name=value}. A bug of Firn is an {@link AssertionError}.
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
