/** Process checkpoints of DragonFly BSD, sound ones and such that lie, byte by byte. */
package org.ckimg.testkit.dragonfly;
