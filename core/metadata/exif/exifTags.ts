/** Tags of TIFF 6.0 and Exif 3.0 (CIPA DC-008) that this room reads or writes by number. */
export const TAG = {
  imageWidth: 0x0100,
  imageLength: 0x0101,
  imageDescription: 0x010e,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  stripByteCounts: 0x0117,
  xResolution: 0x011a,
  yResolution: 0x011b,
  resolutionUnit: 0x0128,
  thumbnailOffset: 0x0201,
  thumbnailBytes: 0x0202,
  xmp: 0x02bc,
  iptc: 0x83bb,
  photoshop: 0x8649,
  exifIfd: 0x8769,
  icc: 0x8773,
  gpsIfd: 0x8825,
  subjectArea: 0x9214,
  makerNote: 0x927c,
  colorSpace: 0xa001,
  pixelXDimension: 0xa002,
  pixelYDimension: 0xa003,
  interopIfd: 0xa005,
  subjectLocation: 0xa214,
} as const;

/** The interoperability IFD's "R98" (sRGB) or "R03" (Adobe RGB). */
export const INTEROP_INDEX_TAG = 0x0001;

/**
 * Tags of a TIFF file's first directory that describe the image. It lists tags to copy, not tags to
 * omit: an unknown tag may describe how pixels are stored, and would then make a copy of the file unreadable.
 */
export const DESCRIPTIVE_TAGS: ReadonlySet<number> = new Set([
  0x010d, // DocumentName
  0x010e, // ImageDescription
  0x010f, // Make
  0x0110, // Model
  TAG.orientation,
  TAG.xResolution,
  TAG.yResolution,
  0x011d, // PageName
  TAG.resolutionUnit,
  0x0131, // Software
  0x0132, // DateTime
  0x013b, // Artist
  0x013c, // HostComputer
  0x4746, // Rating
  0x4749, // RatingPercent
  0x800d, // ImageID
  0x8298, // Copyright
  0x829a, // ExposureTime, in this directory in TIFF/EP
  0x829d, // FNumber
  0x8822, // ExposureProgram
  0x8827, // PhotographicSensitivity
  0x882a, // TimeZoneOffset
  0x9003, // DateTimeOriginal
  0x9201, // ShutterSpeedValue
  0x9202, // ApertureValue
  0x9204, // ExposureBiasValue
  0x9207, // MeteringMode
  0x9209, // Flash
  0x920a, // FocalLength
  0x9211, // ImageNumber
  0x9213, // ImageHistory
  0x9216, // TIFF/EPStandardID
  0x9c9b, // XPTitle
  0x9c9c, // XPComment
  0x9c9d, // XPAuthor
  0x9c9e, // XPKeywords
  0x9c9f, // XPSubject
  0xc4a5, // PrintImageMatching
  0xc614, // UniqueCameraModel
  0xc62f, // CameraSerialNumber
  0xc630, // LensInfo
]);

/** Tags of the first directory that do not reveal who took the image, where, or with which individual device. */
export const SAFE_IFD0_TAGS: ReadonlySet<number> = new Set([
  0x010e, // ImageDescription
  0x010f, // Make
  0x0110, // Model
  TAG.orientation,
  TAG.xResolution,
  TAG.yResolution,
  TAG.resolutionUnit,
  0x0131, // Software
  0x0132, // DateTime
  0x013b, // Artist: the author's wish to be named, like Copyright
  0x0213, // YCbCrPositioning
  0x8298, // Copyright
]);

/** Tags of the Exif directory that describe how and when the image was taken, and with what kind of lens. */
export const SAFE_EXIF_TAGS: ReadonlySet<number> = new Set([
  0x829a, // ExposureTime
  0x829d, // FNumber
  0x8822, // ExposureProgram
  0x8827, // PhotographicSensitivity
  0x8830, // SensitivityType
  0x8831, // StandardOutputSensitivity
  0x8832, // RecommendedExposureIndex
  0x8833, // ISOSpeed
  0x9000, // ExifVersion
  0x9003, // DateTimeOriginal
  0x9004, // DateTimeDigitized
  0x9010, // OffsetTime
  0x9011, // OffsetTimeOriginal
  0x9012, // OffsetTimeDigitized
  0x9101, // ComponentsConfiguration
  0x9201, // ShutterSpeedValue
  0x9202, // ApertureValue
  0x9203, // BrightnessValue
  0x9204, // ExposureBiasValue
  0x9205, // MaxApertureValue
  0x9206, // SubjectDistance
  0x9207, // MeteringMode
  0x9208, // LightSource
  0x9209, // Flash
  0x920a, // FocalLength
  0x9290, // SubSecTime
  0x9291, // SubSecTimeOriginal
  0x9292, // SubSecTimeDigitized
  0xa000, // FlashpixVersion
  TAG.colorSpace,
  TAG.pixelXDimension,
  TAG.pixelYDimension,
  0xa217, // SensingMethod
  0xa300, // FileSource
  0xa301, // SceneType
  0xa401, // CustomRendered
  0xa402, // ExposureMode
  0xa403, // WhiteBalance
  0xa404, // DigitalZoomRatio
  0xa405, // FocalLengthIn35mmFilm
  0xa406, // SceneCaptureType
  0xa407, // GainControl
  0xa408, // Contrast
  0xa409, // Saturation
  0xa40a, // Sharpness
  0xa40c, // SubjectDistanceRange
  0xa432, // LensSpecification
  0xa433, // LensMake
  0xa434, // LensModel
  0xa500, // Gamma
]);
