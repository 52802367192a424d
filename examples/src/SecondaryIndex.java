import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.MultiCursor;
import dev.firn.MultiTree;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.nio.file.Path;

/**
 * Keeps people by name and an index of them by city: a tree and a multi tree, which one batch
 * changes together, so that the index is right after a crash, too.
 */
public class SecondaryIndex {

  private final Store store;
  private final Tree people; // name -> city
  private final MultiTree byCity; // city -> names

  SecondaryIndex(Store store) {
    this.store = store;
    this.people = store.tree("people");
    this.byCity = store.multiTree("people-by-city");
  }

  /** One thread at a time: the method reads the old entry and writes the new one. */
  synchronized void move(String name, String city) {
    byte[] person = name.getBytes(UTF_8);
    WriteBatch batch = new WriteBatch();
    byte[] before = people.get(person);
    if (before != null) {
      batch.remove(byCity, before, person);
    }
    batch.put(people, person, city.getBytes(UTF_8));
    batch.add(byCity, city.getBytes(UTF_8), person);
    store.write(batch);
  }

  void print(String city) {
    try (MultiCursor names = byCity.values(city.getBytes(UTF_8))) {
      for (boolean more = names.first(); more; more = names.next()) {
        System.out.println(city + ": " + new String(names.valueBytes(), UTF_8));
      }
    }
  }

  void printCities() {
    try (MultiCursor cities = byCity.cursor()) {
      for (boolean more = cities.first(); more; more = cities.nextKey()) {
        byte[] city = cities.keyBytes();
        System.out.println(new String(city, UTF_8) + ": " + byCity.count(city));
      }
    }
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
      index.printCities();
    }
  }
}
