package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.cli.demo.DemoSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @TempDir Path temp;

  /** With a real child process and a real SIGKILL. */
  @Test
  void demo_onFewCities() throws Exception {
    Path cities = temp.resolve("cities.ndjson");
    Files.write(
        cities,
        List.of(
            city("AT", "Styria", "Graz", 47.06, 15.45),
            city("CH", "Zurich", "Uster", 47.34, 8.72),
            city("CH", "Zurich", "Wald", 47.27, 8.91),
            city("JP", "Kyoto", "Uji/West", 34.88, 135.79),
            city("NZ", "Otago", "Dunedin", -45.87, 170.5)));
    Path keep = temp.resolve("keep");
    String story =
        ok("demo", "--cities", cities, "--gets", 100, "--ingest", 0.3, "--keep", keep).out();
    assertTrue(story.contains("lost 0; "), story);
    assertTrue(story.contains("  47.34°  CH/Zurich/Uster\n"), story);
    assertTrue(story.contains("All is well, after "), story);
    assertEquals("5\n", ok("scan", keep.resolve("world"), "-t", "cities", "--count").out());
    ok("verify", keep.resolve("readings"));
  }

  private static String city(String country, String region, String name, double lat, double lng) {
    return String.format(
        "{\"country\":\"%s\",\"region\":\"%s\",\"name\":\"%s\",\"lat\":%s,\"lng\":%s}",
        country, region, name, lat, lng);
  }

  @Test
  void demo_folderInUse_isRefused() throws Exception {
    Files.writeString(temp.resolve("letter.txt"), "dear");
    CliRun refused = run("demo", "--keep", temp).expect(4);
    assertTrue(refused.err().contains("is there already"), refused.err());
  }

  @Test
  void demo_shipsItsCities() {
    assertTrue(DemoSettings.shippedCities().isPresent());
  }
}
