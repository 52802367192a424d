/**
 * Stores whose files, folder or disk are not as they should be.
 *
 * <p>A {@link dev.firn.test.StoreImage} is a store's folder as bytes, to be damaged and
 * opened again; a {@link dev.firn.test.damage.Verdict} is what came of it. Right is the right
 * answer or a {@link dev.firn.error.FirnException} that names the file; never a wrong answer, never
 * anything else.
 */
@NullMarked
package dev.firn.test.damage;

import org.jspecify.annotations.NullMarked;
