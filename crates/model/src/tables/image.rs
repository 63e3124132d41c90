//! Imaging studies.

table! {
    /// One imaging study or series (画像検査); pixels are stored apart.
    Image, ImageBuilder = "image" "画像" {
        /// Modality (DICOM CS): CT, MR, CR, ...
        modality: Code "モダリティ",
        /// Body site as given.
        body_site: Text "部位",
        /// Study as written.
        text: Text "検査名",
        /// Study date and time.
        time: Date "日時",
        /// Number of images, where known.
        images: Integer "画像数",
        /// Status as given.
        status: Code "状態",
    }
}
