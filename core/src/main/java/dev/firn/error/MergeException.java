package dev.firn.error;

import java.util.HexFormat;

/**
 * A merge operator failed on the operands of a key that was read: it threw, or it returned null.
 * The message names the tree and the key. The store and its other keys are not affected, and the
 * operands stay as they are.
 */
public final class MergeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_SHOWN_BYTES = 64;

  /**
   * @param message what failed, with the tree and the key
   * @param cause what the operator threw
   */
  public MergeException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The exception for a tree, in words, and a key. */
  public static MergeException of(String tree, byte[] key, RuntimeException cause) {
    int shown = Math.min(key.length, MAX_SHOWN_BYTES);
    String hex = HexFormat.of().formatHex(key, 0, shown);
    String rest = shown < key.length ? "... (" + key.length + " bytes)" : "";
    return new MergeException(
        tree + " key=0x" + hex + rest + ": the merge operator failed: " + cause, cause);
  }
}
