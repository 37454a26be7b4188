// Package vision turns pictures into tensors and tensors into pictures: reading and saving files, conversion of
// image.Image, sheets of many images, colour maps for values that are no colours.
//
// # Shapes and units
//
// A picture is a tensor [channels, height, width], a batch of pictures [n, channels, height, width], as in PyTorch;
// channels are grey; grey, alpha; red, green, blue; or red, green, blue, alpha. Alpha is opacity, and colours are not
// multiplied by it. Values are uint8 from 0 to 255, or, where 16 bits are asked for, int32 from 0 to 65535; floats
// stand for 0 (black) to 1 (white).
//
//	x, err := vision.Open("photo.jpg", vision.ReadOptions{Mode: vision.RGB}) // uint8 [3, height, width]
//	x.To(tensor.Float32).DivScalar(255).Unsqueeze(0)                         // a batch of one, 0 to 1
//
// PNG, JPEG, GIF (its first frame), BMP, TIFF and WebP are read, whatever the file's name says; all but WebP are
// written. What EXIF says about how the camera was held is applied, so that up is up.
//
// # Errors
//
// Files return errors, which name the file, what is wrong with it and what was expected. A picture whose header
// promises more pixels than [ReadOptions].MaxPixels is refused before memory for them is taken. Tensors that are no
// pictures panic with a *tensor.ShapeError or *tensor.DTypeError.
//
// # Sources
//
// Names and grids are torchvision's (io.decode_image, utils.make_grid, utils.save_image); grey is ITU-R BT.601's
// luma, rounded as Pillow does; EXIF is JEITA CP-3451.
package vision
