import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.nio.file.Path;

/**
 * Keeps people by name and an index of them by city: two trees that one batch changes together, so
 * that the index is right after a crash, too.
 */
public class SecondaryIndex {

  private final Store store;
  private final Tree people; // name -> city
  private final Tree byCity; // city, 0, name -> nothing

  SecondaryIndex(Store store) {
    this.store = store;
    this.people = store.tree("people");
    this.byCity = store.tree("people-by-city");
  }

  /** One thread at a time: the method reads the old entry and writes the new one. */
  synchronized void move(String name, String city) {
    byte[] person = name.getBytes(UTF_8);
    WriteBatch batch = new WriteBatch();
    byte[] before = people.get(person);
    if (before != null) {
      batch.delete(byCity, indexKey(new String(before, UTF_8), name));
    }
    batch.put(people, person, city.getBytes(UTF_8));
    batch.put(byCity, indexKey(city, name), new byte[0]);
    store.write(batch);
  }

  void print(String city) {
    byte[] prefix = indexKey(city, "");
    try (Cursor cursor = byCity.cursor(KeyRange.prefix(prefix))) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        byte[] key = cursor.keyBytes();
        String name = new String(key, prefix.length, key.length - prefix.length, UTF_8);
        System.out.println(city + ": " + name);
      }
    }
  }

  /** The 0 ends the city, so that "Bern" is no prefix of "Bernex". UTF-8 text contains no 0. */
  private static byte[] indexKey(String city, String name) {
    return (city + "\0" + name).getBytes(UTF_8);
  }

  public static void main(String[] args) {
    try (Store store = Store.open(Path.of(args.length > 0 ? args[0] : "people"))) {
      SecondaryIndex index = new SecondaryIndex(store);
      index.move("Ada", "Bern");
      index.move("Grace", "Bern");
      index.move("Edsger", "Bernex");
      index.move("Barbara", "Zug");
      index.move("Grace", "Zug");
      index.print("Bern");
      index.print("Zug");
    }
  }
}
