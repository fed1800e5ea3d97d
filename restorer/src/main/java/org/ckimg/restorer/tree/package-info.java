/** Who is whose child in an image, and in which session and process group. */
package org.ckimg.restorer.tree;
