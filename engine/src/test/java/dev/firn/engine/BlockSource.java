package dev.firn.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.engine.ScanBatchTest.Item;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cursor over blocks. Values move: those of a block are overwritten when it is left. */
final class BlockSource extends InternalCursor {

  private final List<Item> items;
  private final int blockEntries;
  private final Set<String> large = new HashSet<>();
  boolean keepsValues;

  /** How often it was on an entry: the entries that a scan looked at. */
  int visits;

  private MemorySegment[] values;
  private int block = ScanBatchTest.NONE;
  private int position;

  BlockSource(List<Item> items, int blockEntries) {
    this.items = items;
    this.blockEntries = blockEntries;
    this.values = new MemorySegment[items.size()];
  }

  /** Gives an entry a value that is too large to be copied. */
  void enlarge(String entry) {
    large.add(entry);
  }

  @Override
  public boolean first() {
    return moveTo(0);
  }

  @Override
  public boolean last() {
    return moveTo(items.size() - 1);
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    return moveTo(countBefore(key, offset, length, trailer));
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    return moveTo(countBefore(key, offset, length, trailer) - 1);
  }

  private int countBefore(MemorySegment key, long offset, int length, long trailer) {
    int count = 0;
    for (Item item : items) {
      MemorySegment own = MemorySegment.ofArray(item.storeKey());
      int order =
          KeyOrder.compare(
              own, 0, (int) own.byteSize(), item.trailer(), key, offset, length, trailer);
      count += order < 0 ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean next() {
    assertTrue(isValid());
    return moveTo(position + 1);
  }

  @Override
  public boolean prev() {
    assertTrue(isValid());
    return moveTo(position - 1);
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    batch.append(this);
    while (batch.room() > 0 && isInBlock(position + 1)) {
      moveTo(position + 1);
      batch.append(this);
    }
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    batch.append(this);
    while (batch.room() > 0 && isInBlock(position - 1)) {
      moveTo(position - 1);
      batch.append(this);
    }
  }

  private boolean isInBlock(int i) {
    return i >= 0 && i < items.size() && i / blockEntries == block;
  }

  @Override
  public boolean keepsValuesOnPrev() {
    return keepsValues;
  }

  private boolean moveTo(int i) {
    if (i < 0 || i >= items.size()) {
      return setInvalid();
    }
    position = i;
    visits++;
    enterBlock(i / blockEntries);
    Item item = items.get(i);
    byte[] key = item.storeKey();
    setKey(MemorySegment.ofArray(key), 0, key.length, item.trailer());
    return setValue(values[i], 0, values[i].byteSize());
  }

  private void enterBlock(int next) {
    if (next == block) {
      return;
    }
    if (!keepsValues) {
      for (MemorySegment value : values) {
        if (value != null) {
          value.fill((byte) '?');
        }
      }
    }
    block = next;
    for (int i = 0; i < items.size(); i++) {
      if (i / blockEntries == block) {
        String text = items.get(i).toString();
        int bytes = large.contains(text) ? ScanBatchTest.LARGE_BYTES : text.length();
        values[i] =
            MemorySegment.ofArray((text + " ".repeat(bytes - text.length())).getBytes(UTF_8));
      }
    }
  }

  @Override
  public void close() {
    setInvalid();
  }
}
