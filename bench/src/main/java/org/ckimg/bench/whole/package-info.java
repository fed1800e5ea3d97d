/** The whole program against the floor that the machine sets: {@code bench/run}. */
package org.ckimg.bench.whole;
