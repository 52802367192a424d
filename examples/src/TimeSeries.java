import dev.firn.*;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes readings of ten sensors in batches, and prints the latest readings of one of them. */
public class TimeSeries {

  public static void main(String[] args) {
    try (Store store = Store.open(Path.of(args.length > 0 ? args[0] : "readings"))) {
      Tree readings = store.tree("readings");
      WriteBatch batch = new WriteBatch();
      for (long time = 0; time < 10_007; time++) {
        for (int sensor = 0; sensor < 10; sensor++) {
          byte[] value = ByteBuffer.allocate(8).putDouble(20 + sensor + time % 60 / 100.0).array();
          batch.put(readings, key(sensor, time), value);
        }
        if (batch.count() >= 1000) {
          store.write(batch); // survives the death of the process
          batch.clear();
        }
      }
      store.write(batch, Durability.SYNCED); // the last, partial batch; survives a power cut

      byte[] sensor = ByteBuffer.allocate(4).putInt(7).array();
      try (Cursor cursor = readings.cursor(KeyRange.prefix(sensor))) {
        int left = 3;
        for (boolean more = cursor.last(); more && left-- > 0; more = cursor.prev()) {
          long time = cursor.key().asByteBuffer().getLong(4); // in place, without a copy
          System.out.println(time + ": " + cursor.value().asByteBuffer().getDouble());
        }
      }
    }
  }

  /** Big-endian numbers: keys sort by sensor, then by time. */
  static byte[] key(int sensor, long time) {
    return ByteBuffer.allocate(12).putInt(sensor).putLong(time).array();
  }
}
