/** What people read: tables and short lines about one view of an image. Not a stable format. */
package org.ckimg.tools.text;
