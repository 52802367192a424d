package dev.firn.cli.demo;

import dev.firn.cli.load.RecordShape;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The keys of the two trees of cities. Towns in a region may share a name, so the place is part of
 * the key. The index sorts as text because its number has a fixed width and no sign.
 *
 * <pre>
 *  cities        CH/Zurich/Winterthur/47.50564/8.72413
 *  by-latitude   137.50564 CH/Zurich/Winterthur/47.50564/8.72413      latitude + 90
 * </pre>
 */
final class CityKey {

  static final RecordShape SHAPE = RecordShape.keyedBy("country", "region", "name", "lat", "lng");

  private CityKey() {}

  /** The key of the index for a key of a city. */
  static byte[] byLatitude(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    String shifted = String.format(Locale.ROOT, "%09.5f ", 90 + latitude(text));
    return (shifted + text).getBytes(StandardCharsets.UTF_8);
  }

  /** Country, region and name of a key of a city. */
  static String place(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    return text.substring(0, startOfLatitude(text) - 1);
  }

  /** The place and latitude of a key of the index. */
  static String placeByLatitude(byte[] indexKey) {
    String text = new String(indexKey, StandardCharsets.UTF_8);
    String key = text.substring(text.indexOf(' ') + 1);
    return String.format(
        Locale.ROOT, "%7.2f°  %s", latitude(key), key.substring(0, startOfLatitude(key) - 1));
  }

  private static double latitude(String key) {
    return Double.parseDouble(key.substring(startOfLatitude(key), key.lastIndexOf('/')));
  }

  /** The last two parts are numbers and have no separator in them, names may have one. */
  private static int startOfLatitude(String key) {
    return key.lastIndexOf('/', key.lastIndexOf('/') - 1) + 1;
  }
}
