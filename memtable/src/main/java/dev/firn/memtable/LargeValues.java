package dev.firn.memtable;

/**
 * Decides which values are large: those that stay in their journal segment when it is flushed.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
public interface LargeValues {

  /** No value is large. */
  LargeValues NONE =
      new LargeValues() {
        @Override
        public long minBytes() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean isLarge(int tree, long length) {
          return false;
        }
      };

  /** No value of a lesser length is large, whatever its tree. */
  long minBytes();

  /** Whether a value is large. Asked for values from {@link #minBytes} on. */
  boolean isLarge(int tree, long length);
}
