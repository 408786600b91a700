//! Points, boxes and the one question a layout asks: is this place free?
//!
//! Millimetres, x to the right, y downwards from the upper left corner of the figure.

/// Millimetres in a typographic point.
pub(crate) const MM_PER_PT: f64 = 25.4 / 72.0;

/// A place in the figure, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the upper edge.
    pub y: f64,
}

impl Point {
    /// A point from its coordinates in millimetres.
    pub fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }
}

/// A box in the figure, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Rect {
    /// A box from its upper left corner and its size.
    pub fn new(left: f64, top: f64, width: f64, height: f64) -> Rect {
        Rect { left, top, right: left + width, bottom: top + height }
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The box with this margin added on each side (taken off when negative).
    pub fn grown(&self, by: f64) -> Rect {
        Rect {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// Whether the two boxes share more than an edge.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether the other box lies within this one, up to a hundredth of a millimetre.
    pub fn contains(&self, other: &Rect) -> bool {
        let slack = 0.01;
        other.left >= self.left - slack
            && other.right <= self.right + slack
            && other.top >= self.top - slack
            && other.bottom <= self.bottom + slack
    }

    /// Whether the segment from `a` to `b` passes through the box (Liang and Barsky's clipping).
    pub fn crossed_by(&self, a: Point, b: Point) -> bool {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (p, q) in [
            (-dx, a.x - self.left),
            (dx, self.right - a.x),
            (-dy, a.y - self.top),
            (dy, self.bottom - a.y),
        ] {
            if p == 0.0 {
                if q < 0.0 {
                    return false;
                }
            } else if p < 0.0 {
                enter = enter.max(q / p);
            } else {
                leave = leave.min(q / p);
            }
        }
        enter <= leave
    }
}

/// What stands in the way of a label: lines that must not be crossed, boxes that must not be
/// covered, and areas that are better avoided.
#[derive(Clone, Debug, Default)]
pub(crate) struct Obstacles {
    pub lines: Vec<(Point, Point)>,
    pub boxes: Vec<Rect>,
    pub areas: Vec<Rect>,
}

impl Obstacles {
    /// Adds the segments of a polyline.
    pub fn add_path(&mut self, points: &[Point]) {
        self.lines.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
    }

    /// Whether a label may stand here, without touching lines or boxes.
    pub fn free(&self, place: &Rect) -> bool {
        !self.boxes.iter().any(|other| other.overlaps(place))
            && !self.lines.iter().any(|&(a, b)| place.crossed_by(a, b))
    }

    /// Whether the place is free, and clear of the areas as well.
    pub fn clear(&self, place: &Rect) -> bool {
        !self.areas.iter().any(|other| other.overlaps(place)) && self.free(place)
    }

    /// The first free place for a label of this size within `room`: the corners in the order
    /// given by `columns` (0 left to 1 right) and `rows` (0 top to 1 bottom), then everywhere.
    ///
    /// Places clear of bands come before places that merely cross nothing.
    pub fn find(&self, room: &Rect, width: f64, height: f64, low: bool) -> Option<Rect> {
        self.find_clear(room, width, height, low)
            .or_else(|| self.first(room, width, height, low, &|place| self.free(place)))
    }

    /// The same among places clear of areas only.
    pub fn find_clear(&self, room: &Rect, width: f64, height: f64, low: bool) -> Option<Rect> {
        self.first(room, width, height, low, &|place| self.clear(place))
    }

    fn first(
        &self,
        room: &Rect,
        width: f64,
        height: f64,
        low: bool,
        test: &dyn Fn(&Rect) -> bool,
    ) -> Option<Rect> {
        let (spare_x, spare_y) = (room.width() - width, room.height() - height);
        if spare_x < 0.0 || spare_y < 0.0 {
            return None;
        }
        let place = |column: f64, row: f64| {
            Rect::new(room.left + column * spare_x, room.top + row * spare_y, width, height)
        };
        let mut candidates = if low {
            vec![place(0.0, 1.0), place(1.0, 0.0), place(1.0, 1.0), place(0.0, 0.0)]
        } else {
            vec![place(1.0, 0.0), place(0.0, 0.0), place(0.0, 1.0), place(1.0, 1.0)]
        };
        for row in 0..=20 {
            for column in 0..=20 {
                let (column, row) = (f64::from(column) / 20.0, f64::from(row) / 20.0);
                candidates.push(place(column, if low { 1.0 - row } else { row }));
            }
        }
        candidates.into_iter().find(|place| test(&place.grown(0.6)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_through_the_middle_crosses_and_one_beside_does_not() {
        let place = Rect::new(1.0, 1.0, 2.0, 2.0);
        assert!(place.crossed_by(Point::new(0.0, 2.0), Point::new(9.0, 2.0)));
        assert!(place.crossed_by(Point::new(0.0, 0.0), Point::new(4.0, 4.0)));
        assert!(!place.crossed_by(Point::new(0.0, 0.5), Point::new(9.0, 0.5)));
        assert!(!place.crossed_by(Point::new(4.0, 0.0), Point::new(4.0, 9.0)));
    }

    #[test]
    fn a_label_goes_where_nothing_is() {
        let room = Rect::new(0.0, 0.0, 10.0, 10.0);
        let mut obstacles = Obstacles::default();
        obstacles.add_path(&[Point::new(0.0, 8.0), Point::new(10.0, 8.0)]);
        let found = obstacles.find(&room, 4.0, 4.0, true).unwrap();
        assert!(obstacles.free(&found));
        assert!(found.bottom < 8.0);
        obstacles.boxes.push(room);
        assert_eq!(obstacles.find(&room, 4.0, 4.0, true), None);
    }
}
