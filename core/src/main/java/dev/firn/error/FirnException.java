package dev.firn.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure in the store's environment: its files, its disk, its own background work, or another
 * writer.
 *
 * <p>A mistake of the caller is another exception: an {@link IllegalArgumentException}, {@link
 * IllegalStateException} or {@link NullPointerException}, with a message of the form {@code
 * name=value}. A bug of Firn is an {@link AssertionError}.
 */
public abstract sealed class FirnException extends RuntimeException
    permits ConflictException,
        CorruptionException,
        DiskFullException,
        FormatVersionException,
        StorageException,
        StoreFailedException,
        StoreLockedException,
        TransactionTimeoutException {

  private static final long serialVersionUID = 1L;

  FirnException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
